import { errorAt } from './faults';
import { settingOptions } from './options';
import type { Configuration, Settings } from './settings';

/*
 * Settings that are right alone and wrong together. Each row is checked once all values are known, wherever they come
 * from: two files, a flag, -X.
 */

type Field = keyof Settings;

interface Conflict {
  /** The settings concerned. The fault is placed at the first of them that is not a default. */
  fields: [Field, ...Field[]];
  when(settings: Settings): boolean;
  /** The fault and what to write instead. @param name the key of a setting with its place: `exit-codes (app.conf:3)` */
  message(settings: Settings, name: (field: Field) => string): string;
}

const conflicts: Conflict[] = [
  exclusive('runAt', 'runEvery', 'they are two schedules: remove one of them'),
  exclusive('forever', 'runEvery', 'a schedule never gives up: remove forever'),
  exclusive('forever', 'runAt', 'a schedule never gives up: remove forever'),
  {
    fields: ['program', 'steps'],
    when: ({ program, steps }) => program.length > 0 && steps !== null,
    message: (_, name) =>
      `program cannot be used with ${name('steps')}, which run instead; remove program, or make it one of them`,
  },
  {
    fields: ['runZone'],
    when: ({ runZone, runAt }) => runZone !== null && runAt === null,
    message: () => 'run-zone is the time zone of run-at; add run-at, or remove run-zone',
  },
  ...(['stepPause', 'stepFailure'] as const).map(field => ({
    fields: [field] as [Field],
    when: (settings: Settings) =>
      settings.steps === null &&
      (field === 'stepPause' ? settings.stepPause > 0 : settings.stepFailure !== 'end'),
    message: () => `${keyOf(field)} is about steps; add a section [steps], or remove it`,
  })),
  exclusive('ready', 'startTestProgram', 'write the command of the latter as a probe: command WORDS'),
  {
    fields: ['ready', 'daemon'],
    when: ({ ready, daemon }) => !daemon && (ready?.some(({ kind }) => kind === 'output') ?? false),
    message: (_, name) =>
      `ready cannot be output while ${name('daemon')} is off: the output goes to the terminal; use another probe`,
  },
];

/** Two settings of which only one can be given. @param advice why, or what to do, if that is not obvious */
export function exclusive(one: Field, other: Field, advice = 'remove one of them'): Conflict {
  return {
    fields: [one, other],
    when: settings => isOn(settings[one]) && isOn(settings[other]),
    message: (_, name) => `${keyOf(one)} cannot be used with ${name(other)}; ${advice}`,
  };
}

/**
 * Refuses settings that contradict each other.
 *
 * @param configuration with all values
 * @throws UsageError `app.conf:7: run-at cannot be used with run-every (app.conf:6); remove one of them`
 */
export function refuseConflicts({ settings, origins }: Pick<Configuration, 'settings' | 'origins'>): void {
  for (const { fields, when, message } of conflicts) {
    if (!when(settings)) continue;
    const blamed = fields.find(field => origins[field] !== 'default') ?? fields[0];
    const name = (field: Field) => {
      const place = origins[field] === 'default' ? 'the default' : origins[field];
      return field === blamed ? keyOf(field) : `${keyOf(field)} (${place})`;
    };
    throw errorAt(origins[blamed], message(settings, name));
  }
}

function isOn(value: unknown): boolean {
  return value !== null && value !== false;
}

function keyOf(field: Field): string {
  return settingOptions.find(option => option.field === field)?.key ?? field;
}
