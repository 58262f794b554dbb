import { errorAt } from './faults';
import { settingOptions } from './options';
import type { Configuration, Settings } from './settings';
import { type StopStep, stopPlan } from './value-types/signals';

/*
 * Settings that are right alone and wrong together. Each row is checked once all values are known, wherever they come
 * from: two files, a flag, -X.
 */

type Field = keyof Settings;
type Ending = number | string;

const SIGKILL = 9;

interface Conflict {
  /** The settings concerned. The fault is placed at the first of them that is not a default. */
  fields: [Field, ...Field[]];
  when(settings: Settings, isGiven: (field: Field) => boolean): boolean;
  /** The fault and what to write instead. @param name the key of a setting with its place: `exit-codes (app.conf:3)` */
  message(settings: Settings, name: (field: Field) => string): string;
}

const conflicts: Conflict[] = [
  exclusive('attempts', 'forever', 'attempts gives up, and forever never does'),
  exclusive('attemptsPause', 'forever', 'forever never gives up'),
  {
    fields: ['backoffFirst', 'backoffLimit'],
    when: ({ backoffFirst, backoffLimit }, isGiven) => isGiven('backoffFirst') && backoffFirst > backoffLimit,
    message: ({ backoffFirst, backoffLimit }, name) =>
      `${name('backoffFirst')} is ${backoffFirst} s, but no pause is longer than ${name('backoffLimit')}, ` +
      `${backoffLimit} s; set that to more`,
  },
  {
    fields: ['failureCodes', 'exitCodes'],
    when: ({ failureCodes, exitCodes }) => findShared(failureCodes, exitCodes) !== null,
    message: ({ failureCodes, exitCodes }, name) =>
      `${findShared(failureCodes, exitCodes)} is in ${name('failureCodes')} and in ${name('exitCodes')}; ` +
      `if it is a failure, write exit-codes = ${exitCodes.filter(one => !overlaps(one, failureCodes)).join(',')}`.trimEnd(),
  },
  {
    fields: ['stopSignals', 'stopTimeout'],
    when: ({ stopSignals, stopTimeout }) =>
      stopTimeout === 0 && isTimed(stopSignals) && !endsWithKill(stopSignals),
    message: ({ stopSignals }, name) =>
      `${name('stopSignals')} has no end: with ${name('stopTimeout')} 0, nothing follows ` +
      `${stopPlan.format(stopSignals.slice(-1))}; add KILL, or take away the time`,
  },
  {
    fields: ['stopSignals', 'stopTimeout'],
    when: ({ stopSignals, stopTimeout }) =>
      stopTimeout === 0 && endsWithKill(stopSignals) && !isTimed(stopSignals.slice(0, -1)),
    message: ({ stopSignals }, name) =>
      `${name('stopSignals')} never comes to KILL: with ${name('stopTimeout')} 0, ` +
      `${stopPlan.format(stopSignals.slice(-2, -1))} has no limit; give it a time`,
  },
  {
    fields: ['stopSignals', 'stopTimeout'],
    when: ({ stopSignals, stopTimeout }) =>
      stopTimeout > 0 && !isTimed(withoutKill(stopSignals)) && sumTimes(stopSignals) >= stopTimeout,
    message: ({ stopSignals, stopTimeout }, name) =>
      `${name('stopSignals')} leaves no time for ${stopPlan.format(withoutKill(stopSignals).slice(-1))}: the others ` +
      `take ${sumTimes(stopSignals)} s, and ${name('stopTimeout')} is ${stopTimeout} s; give it a time, or more of that`,
  },
  exclusive('runAt', 'runEvery', 'they are two schedules: remove one of them'),
  exclusive('forever', 'runEvery', 'a schedule never gives up: remove forever'),
  exclusive('forever', 'runAt', 'a schedule never gives up: remove forever'),
  exclusive('restartEvery', 'runEvery', 'run-timeout limits the length of a run: remove restart-every'),
  exclusive('restartEvery', 'runAt', 'run-timeout limits the length of a run: remove restart-every'),
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
  exclusive('once', 'runEvery', 'a schedule runs again and again: remove one of them'),
  exclusive('once', 'runAt', 'a schedule runs again and again: remove one of them'),
  {
    fields: ['onEventKinds'],
    when: ({ onEvent }, isGiven) => onEvent === null && isGiven('onEventKinds'),
    message: () => 'on-event-kinds chooses when on-event runs; add on-event, or remove on-event-kinds',
  },
  exclusive('ready', 'startTestProgram', 'write the command of the latter as a probe: command WORDS'),
  ...(['stdin', 'stdout', 'stderrTranscript'] as const).map(field =>
    exclusive(
      'pty',
      field,
      `with a pty, all streams of the program are its terminal: remove ${keyOf(field)}`,
    ),
  ),
  {
    fields: ['ready', 'daemon'],
    when: ({ ready, daemon }) => !daemon && (ready?.some(({ kind }) => kind === 'output') ?? false),
    message: (_, name) =>
      `ready cannot be output while ${name('daemon')} is off: the output goes to the terminal; use another probe`,
  },
  ...(['ready', 'alive'] as const).map(field => ({
    fields: [field, 'chroot'] as [Field, Field],
    when: (settings: Settings) =>
      settings.chroot !== null && (settings[field]?.some(({ kind }) => kind === 'notify') ?? false),
    message: (_: Settings, name: (field: Field) => string) =>
      `${field} cannot be notify with ${name('chroot')}: the socket is outside; use another probe, such as fd`,
  })),
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
    if (!when(settings, field => origins[field] !== 'default')) continue;
    const blamed = fields.find(field => origins[field] !== 'default') ?? fields[0];
    const name = (field: Field) => {
      const place = origins[field] === 'default' ? 'the default' : origins[field];
      return field === blamed ? keyOf(field) : `${keyOf(field)} (${place})`;
    };
    throw errorAt(origins[blamed], message(settings, name));
  }
}

function endsWithKill(plan: readonly StopStep[]): boolean {
  return plan.at(-1)?.signal === SIGKILL;
}

function withoutKill(plan: readonly StopStep[]): StopStep[] {
  return plan.filter(({ signal }) => signal !== SIGKILL);
}

function isTimed(plan: readonly StopStep[]): boolean {
  return plan.every(({ seconds }) => seconds !== null);
}

function sumTimes(plan: readonly StopStep[]): number {
  return plan.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
}

function findShared(some: readonly Ending[], others: readonly Ending[]): Ending | null {
  return some.find(one => overlaps(one, others)) ?? null;
}

/** -1 is any signal, so it is every one that has a name. */
function overlaps(one: Ending, others: readonly Ending[]): boolean {
  if (others.includes(one)) return true;
  return one === -1
    ? others.some(other => typeof other === 'string')
    : typeof one === 'string' && others.includes(-1);
}

function isOn(value: unknown): boolean {
  return value !== null && value !== false;
}

function keyOf(field: Field): string {
  return settingOptions.find(option => option.field === field)?.key ?? field;
}
