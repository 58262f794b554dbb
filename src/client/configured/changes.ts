import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { StatusReport } from '../../protocol/messages';
import { checkValue, formatValue } from '../../settings/option';
import { namedFile } from '../../settings/place-paths';
import { type LaunchOption, launchOptions } from '../../settings/reach';
import type { Configuration, EventLogSettings } from '../../settings/settings';
import { findUser } from '../../system/users';
import { planSettings } from './plan-settings';
import { isOtherFile } from './whose';

/** A difference between the configuration and what runs. */
export interface Change {
  /** The key of the setting, the name of the variable, or `eventlog`. */
  key: string;
  /** The values of what runs and of the configuration, as in a file; null for a variable that is not set. */
  from: string | null;
  to: string | null;
  /** What applies it. */
  step: 'restart' | 'stop and start';
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
export function findChanges(configuration: Configuration, report: StatusReport): Change[] | null {
  const { running, source } = report;
  if (!running) return null;
  const { settings, environment, typed } = configuration;
  const plan = planSettings(configuration, false);
  const isTyped = (key: string) => typed.includes(key) || (source?.flags.includes(key) ?? false);
  const isShared = running.environment === null;
  const changes: Change[] = [];
  for (const option of launchOptions) {
    const { key, field, reach, guarded } = option;
    const [from, to] = [running.settings[field], plan.settings[field]];
    // Without a daemon, the default is whatever the caller has.
    const isCallers = field === 'umask' && !settings.daemon && configuration.origins.umask === 'default';
    if (isCallers || !isValid(option, from) || isSame(option, from, to)) continue;
    const step = reach === 'manager' || (isShared && guarded) ? 'stop and start' : 'restart';
    changes.push({
      key,
      from: formatValue(option, from),
      to: formatValue(option, to),
      step,
      isTyped: isTyped(key),
    });
  }
  const [from, to] = [running.eventLog, plan.eventLog].map(describeEventLog) as [string, string];
  if (from !== to) changes.push({ key: 'eventlog', from, to, step: 'stop and start', isTyped: false });
  return [...changes, ...compareVariables(running.environment ?? environment, environment)];
}

/**
 * The line of `status`: `app.conf has changed since: program, FOO (zd restart), user (stop and start)`.
 *
 * @param configuration
 * @param report of the manager, with `running`
 * @returns null if the file says what runs, if there is no file, or if the program belongs to another configuration
 */
export function describeChanges(configuration: Configuration, report: StatusReport): string | null {
  const file = namedFile(configuration);
  const started = report.source?.file ?? null;
  if (file === null || started === null || configuration.fault !== null || isOtherFile(file, started))
    return null;
  const changes = findChanges(configuration, report)?.filter(({ isTyped }) => !isTyped) ?? [];
  if (changes.length === 0) return null;
  const list = (['restart', 'stop and start'] as const).flatMap(step => {
    const keys = listKeys(changes, step);
    return keys === '' ? [] : [`${keys} (${step === 'restart' ? 'zd restart' : step})`];
  });
  return `${configuration.file} has changed since: ${list.join(', ')}`;
}

/** `not applied: user, transcript (stop and start)`, or null if a restart applies everything. */
export function describeUnapplied(changes: readonly Change[]): string | null {
  const keys = listKeys(changes, 'stop and start');
  return keys === '' ? null : `not applied: ${keys} (stop and start)`;
}

function listKeys(changes: readonly Change[], wanted: Change['step']): string {
  return changes
    .filter(({ step }) => step === wanted)
    .map(({ key }) => key)
    .join(', ');
}

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
    return followFolder(from) === followFolder(to);
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
  if (!eventLog || eventLog.files.length === 0) return '(none)';
  const files = eventLog.files.map(
    ({ path, level }) => followFolder(path) + (level > 0 ? ` from level ${level}` : ''),
  );
  return `level ${eventLog.level}, ${files.join(', ')}`;
}

function compareVariables(from: Record<string, string>, to: Record<string, string>): Change[] {
  const findValue = (variables: Record<string, string>, name: string) =>
    Object.hasOwn(variables, name) ? variables[name]! : null;
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .map(key => ({ key, from: findValue(from, key), to: findValue(to, key) }))
    .filter(change => change.from !== change.to)
    .map(change => ({ ...change, step: 'restart', isTyped: false }));
}
