import { findOperator } from '../system/run/shell-advice';
import { quoteText } from './faults';
import { settingOptions } from './options';
import { listOwnCommands } from './probes/own-commands';
import { listTestCommands } from './probes/test-commands';
import { listCommands } from './schedule/what-runs';
import type { Configuration } from './settings';

/** Whether a path names a standard stream of the process that opens it. */
export function isStandardStream(path: string): boolean {
  return path === 'STDOUT' || path === 'STDERR' || STANDARD_STREAM.test(path);
}

const STANDARD_STREAM = /^\/dev\/(?:std(?:in|out|err)|fd\/[012])$|^\/proc\/self\/fd\/[012]$/;

/**
 * Finds values that are valid but do not do what they seem to.
 *
 * @param configuration the resolved settings
 * @returns one sentence for each, with the setting and its place
 */
export function remarkOn({ settings, origins, eventLog }: Configuration): string[] {
  const remarks: string[] = [];
  const others = [...listTestCommands(settings), ...listOwnCommands(settings)];
  const placed = others.map(one => ({ ...one, origin: origins[one.field] }));
  for (const { key, words, origin } of [...listCommands(settings, origins), ...placed]) {
    const operator = findOperator(words);
    if (operator !== null)
      remarks.push(
        `${origin}: no shell reads ${key}, so ${quoteText(operator)} is passed on as a word; use sh -c '...' for a shell`,
      );
  }
  remarks.push(...remarkOnText({ settings, origins }));
  // In the foreground, the streams of the caller are the manager's.
  if (!settings.daemon) return remarks;
  const nowhere = (origin: string, key: string, path: string) =>
    `${origin}: ${key} is ${path}, which leads nowhere in a background manager; name a file, or set daemon off`;
  for (const { key, field, place } of settingOptions) {
    const value = settings[field];
    if (place?.base === 'directory' && typeof value === 'string' && isStandardStream(value))
      remarks.push(nowhere(origins[field], key, value));
  }
  for (const { path, origin } of eventLog?.files ?? []) {
    if (isStandardStream(path)) remarks.push(nowhere(origin, 'path', path));
  }
  return remarks;
}

/** A comment behind a value, and a backslash at the end of a line, are part of the value. */
function remarkOnText({ settings, origins }: Pick<Configuration, 'settings' | 'origins'>): string[] {
  return settingOptions.flatMap(({ key, field }) => {
    const value: unknown = settings[field];
    const origin = origins[field];
    const words = Array.isArray(value) ? value.map(String) : [];
    const text = typeof value === 'string' ? value : '';
    const comment = /\s(#.*)$/.exec(text)?.[1] ?? words.find(word => word.startsWith('#'));
    const remarks: string[] = [];
    // On the command line, a shell has removed the comments.
    if (comment !== undefined && /:\d+$/.test(origin))
      remarks.push(`${origin}: ${quoteText(comment)} is part of ${key}; a comment needs a line of its own`);
    if (words.at(-1)?.endsWith('\\'))
      remarks.push(`${origin}: ${key} ends with a backslash, which continues no line; write it on one line`);
    return remarks;
  });
}
