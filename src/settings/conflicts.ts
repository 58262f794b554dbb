import { errorAt } from './faults';
import type { Configuration, Settings } from './settings';

/* Settings that make no sense together, each pair once. */

/** A rule about settings; the place of the first field of `fields` that is set is that of the fault. */
interface Conflict {
  /** Fields that are all set, in the sense of `isSet`. */
  fields: (keyof Settings)[];
  /** Fields of which at least one must be set for the others to have an effect. */
  unless?: (keyof Settings)[];
  /** What is wrong and what to do, as a clause; `{1}` is the place of the second field. */
  sentence: string;
}

const conflicts: Conflict[] = [
  {
    fields: ['runAt', 'runEvery'],
    sentence: 'run-at and run-every ({1}) are two schedules; remove one of them',
  },
  {
    fields: ['steps', 'program'],
    sentence: 'the steps run instead of program ({1}); remove program, or make it one of the steps',
  },
  ...(['runEvery', 'runAt'] as const).flatMap(schedule => {
    const key = schedule === 'runEvery' ? 'run-every' : 'run-at';
    return [
      {
        fields: ['forever', schedule] as (keyof Settings)[],
        sentence: `forever has no meaning beside ${key} ({1}), which never gives up; remove forever`,
      },
    ];
  }),
  { fields: ['runZone'], unless: ['runAt'], sentence: 'run-zone is the zone of run-at; add run-at' },
  { fields: ['stepPause'], unless: ['steps'], sentence: 'step-pause needs a section [steps]; add it' },
  { fields: ['stepFailure'], unless: ['steps'], sentence: 'step-failure needs a section [steps]; add it' },
];

/**
 * Refuses settings that make no sense together.
 *
 * @throws UsageError with the place of the setting
 */
export function refuseConflicts(configuration: Pick<Configuration, 'settings' | 'origins'>): void {
  const { origins } = configuration;
  for (const { fields, unless, sentence } of conflicts) {
    const isHit = fields.every(field => isSet(configuration, field));
    if (!isHit || unless?.some(field => isSet(configuration, field))) continue;
    const place = (field: keyof Settings | undefined) => (field === undefined ? '' : origins[field]);
    throw errorAt(place(fields[0]), sentence.replace('{1}', place(fields[1])));
  }
}

/** It was given, and not as off, as empty or as none. */
function isSet({ settings, origins }: Pick<Configuration, 'settings' | 'origins'>, field: keyof Settings) {
  const value: unknown = settings[field];
  const isEmpty = value === null || value === false || (Array.isArray(value) && value.length === 0);
  return origins[field] !== 'default' && !isEmpty;
}
