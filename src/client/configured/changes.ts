import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RunningSettings, StatusReport } from '../../protocol/messages';
import { describeTargets, nameLevel } from '../../settings/event-log-text';
import { checkValue, formatValue } from '../../settings/option';
import { namedFile } from '../../settings/place-paths';
import { type LaunchOption, launchOptions } from '../../settings/reach';
import type { Configuration, EventLogSettings } from '../../settings/settings';
import { findUser } from '../../system/users';
import { planSettings } from './plan-settings';
import { isOtherFile } from './whose';

/**
 * What applies a change: nothing more than `zd apply`, which then also restarts the program, replaces the manager, or
 * both; or only a stop and a start.
 */
export type ApplyStep = 'live' | 'restart' | 'new manager' | 'new manager and restart' | 'stop and start';

const STEPS: readonly ApplyStep[] = [
  'live',
  'restart',
  'new manager',
  'new manager and restart',
  'stop and start',
];

/** A difference between the configuration and what runs. */
export interface Change {
  /** The key of the setting, the name of the variable, or `eventlog`. */
  key: string;
  /** The values of what runs and of the configuration, as in a file; null for a variable that is not set. */
  from: string | null;
  to: string | null;
  step: ApplyStep;
  /** Whether a flag is the reason, and not the file. */
  isTyped: boolean;
}

/** Whether a manager runs this program as another user than configured: only a new manager could change that. */
export const isUser = ({ key }: Change): boolean => key === 'user';

/**
 * Compares the configuration with what a manager runs.
 *
 * @param configuration
 * @param report of the manager, with `running`
 * @returns the differences in the order of the table, variables last; null if the manager does not say what it runs
 */
export function findChanges(
  configuration: Configuration,
  report: Pick<StatusReport, 'running' | 'source'>,
): Change[] | null {
  const { running, source } = report;
  if (!running) return null;
  const { settings, environment, typed } = configuration;
  const plan = planSettings(configuration, false);
  const isTyped = (key: string) => typed.includes(key) || (source?.flags.includes(key) ?? false);
  const changes: Change[] = [];
  for (const option of launchOptions) {
    const { key, field } = option;
    const [from, to] = [running.settings[field], plan.settings[field]];
    // Without a daemon, the default is whatever the caller has.
    const isCallers = field === 'umask' && !settings.daemon && configuration.origins.umask === 'default';
    if (isCallers || !isValid(option, from) || isSame(option, from, to)) continue;
    changes.push({
      key,
      from: formatValue(option, from),
      to: formatValue(option, to),
      step: chooseStep(option, running),
      isTyped: isTyped(key),
    });
  }
  const [from, to] = [running.eventLog, plan.eventLog].map(describeEventLog) as [string, string];
  const step = chooseStep({ reach: 'manager' }, running);
  if (from !== to) changes.push({ key: 'eventlog', from, to, step, isTyped: false });
  return [...changes, ...compareVariables(running.environment ?? environment, environment)];
}

/**
 * What differs between the file and what runs, without what flags give.
 *
 * @param configuration
 * @param report of the manager, with `running`
 * @returns null if there is no file, if the program belongs to another configuration, or if the manager does not tell
 */
export function findDrift(configuration: Configuration, report: StatusReport): Change[] | null {
  const file = namedFile(configuration);
  const started = report.source?.file ?? null;
  if (file === null || started === null || configuration.fault !== null || isOtherFile(file, started))
    return null;
  return findChanges(configuration, report)?.filter(({ isTyped }) => !isTyped) ?? null;
}

/**
 * The line of `status`: `app.conf has changed since: program, FOO (restart), user (stop and start); zd apply applies it`.
 *
 * @param configuration
 * @param report as for `findDrift`
 * @returns null if there is nothing to say
 */
export function describeChanges(configuration: Configuration, report: StatusReport): string | null {
  const changes = findDrift(configuration, report) ?? [];
  if (changes.length === 0) return null;
  const isApplied = changes.some(({ step }) => step !== 'stop and start');
  return `${configuration.file} has changed since: ${listKeys(changes)}${isApplied ? '; zd apply applies it' : ''}`;
}

/** `backoff-limit: 10 -> 20 (live)`. */
export function describeChange({ key, from, to, step }: Change): string {
  const write = (value: string | null) => (value === null ? '(not set)' : value);
  return `${key}: ${write(from)} -> ${write(to)} (${step})`;
}

/** `not applied: transcript (zd apply), user (stop and start)`, or null if a restart applies everything. */
export function describeUnapplied(changes: readonly Change[]): string | null {
  const left = changes.filter(({ step }) => !['live', 'restart'].includes(step));
  return left.length === 0
    ? null
    : `not applied: ${listKeys(left, step => (step === 'stop and start' ? step : 'zd apply'))}`;
}

/** `program, FOO (restart), user (stop and start)`. */
export function listKeys(
  changes: readonly Change[],
  name: (step: ApplyStep) => string = step => step,
): string {
  const names = [...new Set(STEPS.map(name))];
  const lists = names.map(one => [one, changes.filter(({ step }) => name(step) === one)] as const);
  return lists
    .filter(([, found]) => found.length > 0)
    .map(([one, found]) => `${found.map(({ key }) => key).join(', ')} (${one})`)
    .join(', ');
}

/** A manager that others can talk to, or that holds a terminal, can neither be replaced nor told what to run. */
function chooseStep(
  { key, reach, guarded }: Partial<Pick<LaunchOption, 'key' | 'reach' | 'guarded'>>,
  { environment, attached = false }: RunningSettings,
): ApplyStep {
  const isShared = environment === null;
  if (reach === 'manager') {
    if (key === 'user' || isShared || attached) return 'stop and start';
    return key !== undefined && NEEDS_START.includes(key) ? 'new manager and restart' : 'new manager';
  }
  if (isShared && guarded) return 'stop and start';
  return reach === 'live' ? 'live' : 'restart';
}

/** What a program gets at its start, from a manager that must know it from its own. */
const NEEDS_START = ['directory', 'umask', 'stdin', 'stdout', 'stderr-transcript'];

/** The manager may be of another version, or not one at all. */
function isValid(option: LaunchOption, value: unknown): boolean {
  try {
    checkValue(option, value);
    return true;
  } catch {
    return false;
  }
}

function isSame({ field, place }: LaunchOption, from: unknown, to: unknown): boolean {
  if (JSON.stringify(from) === JSON.stringify(to)) return true;
  if (place && typeof from === 'string' && typeof to === 'string')
    return ![from, to].includes(place.word ?? '') && followFolder(from) === followFolder(to);
  if (place && Array.isArray(from) && Array.isArray(to))
    return JSON.stringify(from.map(followFolder)) === JSON.stringify(to.map(followFolder));
  return field === 'user' && findUid(from) === findUid(to);
}

/** A configuration that is named through a symlink has the same paths by other names. */
function followFolder(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}

/** Nobody named is the caller, who has started the manager or could. */
function findUid(user: unknown): number | undefined | null {
  try {
    return typeof user === 'string' ? findUser(user).uid : process.geteuid?.();
  } catch {
    return null;
  }
}

function describeEventLog(eventLog: EventLogSettings | null): string {
  const targets = eventLog ? describeTargets(eventLog, followFolder) : [];
  return eventLog && targets.length > 0
    ? `level ${nameLevel(eventLog.level)}; ${targets.join('; ')}`
    : '(none)';
}

function compareVariables(from: Record<string, string>, to: Record<string, string>): Change[] {
  const findValue = (variables: Record<string, string>, name: string) =>
    Object.hasOwn(variables, name) ? variables[name]! : null;
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .map(key => ({ key, from: findValue(from, key), to: findValue(to, key) }))
    .filter(change => change.from !== change.to)
    .map(change => ({ ...change, step: 'restart', isTyped: false }));
}
