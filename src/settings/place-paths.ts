import { dirname, isAbsolute, resolve } from 'node:path';
import { isSamePlace } from '../system/files';
import type { PathPlace } from './option';
import { settingOptions } from './options';
import { PROBE_SETTINGS, placeProbes } from './probes/test-commands';
import { isStandardStream } from './remarks';
import type { Configuration, Settings } from './settings';
import { placeInside } from './surroundings/locate-program';

/** The folders in which relative paths start. */
export interface Bases {
  /** Those of the command line: the current folder; null if it has been removed. */
  typed: string | null;
  /** Those of the file and of the defaults. */
  file: string | null;
}

/**
 * The folder of a configuration file as it was named: symlinks stay, so that every name of it leads to the same place.
 *
 * @param path its absolute path
 * @returns null for a file without a folder of its own, such as `/dev/stdin` or `/dev/fd/63`
 */
export function folderOf(path: string): string | null {
  const folder = dirname(resolve(path));
  return /^\/(?:dev|proc)(?:\/|$)/.test(folder) ? null : folder;
}

/**
 * The absolute path of the file of a configuration, by the name that its user knows: the shell keeps in PWD by which
 * symlinks the current folder was reached.
 *
 * @returns null without a file, and for one without a folder of its own
 */
export function namedFile({ file, paths }: Pick<Configuration, 'file' | 'paths'>): string | null {
  const path = paths[0];
  if (file === null || path === undefined || folderOf(path) === null) return null;
  const { PWD } = process.env;
  const byName = !isAbsolute(file) && PWD && isAbsolute(PWD) && isSamePlace(PWD, '.');
  return byName ? resolve(PWD, file) : resolve(path);
}

/**
 * Makes every path absolute, once for all that use it. A path of the command line starts in the current folder. A path
 * of the file or a default starts in the folder of the file; if it is one of the program's and there is a `directory`,
 * it starts there (zdaemon).
 *
 * @param configuration its `settings` and `eventLog` are changed
 * @param isTyped whether a setting comes from the command line
 * @param bases a path whose base is null stays as it is
 */
export function placePaths(
  { settings, eventLog }: Pick<Configuration, 'settings' | 'eventLog'>,
  isTyped: (field: keyof Settings) => boolean,
  bases: Bases,
): void {
  const values = settings as Record<string, unknown>;
  const baseOf = (field: keyof Settings) => (isTyped(field) ? bases.typed : bases.file);
  if (settings.chroot !== null) settings.chroot = placeAt(baseOf('chroot'), settings.chroot);
  if (settings.chroot !== null && settings.directory !== null)
    settings.directory = placeInside(settings.chroot, settings.directory);
  const { directory } = settings;
  const start = directory === null ? null : placeAt(baseOf('directory'), directory);
  for (const { field, place } of settingOptions) {
    const value = values[field];
    if (!place || value === place.word) continue;
    const base = isTyped(field) ? bases.typed : startOf(place, start, bases.file);
    const placeOne = place.kind === 'variables' ? placeEntry : placeAt;
    if (Array.isArray(value)) values[field] = value.map(path => placeOne(base, path));
    else if (typeof value === 'string' && !isStandardStream(value)) values[field] = placeAt(base, value);
  }
  // The manager looks up a program in the folder of the file.
  for (const field of ['program', 'startTestProgram'] as const)
    if (isTyped(field) && bases.typed !== bases.file)
      values[field] = placeCommand(bases.typed, settings[field]);
  for (const [field] of PROBE_SETTINGS) {
    const base = isTyped(field) ? bases.typed : (start ?? bases.file);
    const placeWords = (words: string[]) =>
      isTyped(field) && bases.typed !== bases.file ? (placeCommand(bases.typed, words) ?? words) : words;
    const probes = settings[field];
    if (probes) settings[field] = placeProbes(probes, path => placeAt(base, path), placeWords);
  }
  for (const log of eventLog?.files ?? [])
    if (!isStandardStream(log.path)) log.path = placeAt(log.isTyped ? bases.typed : bases.file, log.path);
}

function startOf({ base }: PathPlace, directory: string | null, file: string | null): string | null {
  return base === 'directory' ? (directory ?? file) : file;
}

/** A path of a list; a `?` before it stays. */
function placeEntry(base: string | null, entry: string): string {
  return entry.startsWith('?') ? `?${placeAt(base, entry.slice(1))}` : placeAt(base, entry);
}

function placeAt(base: string | null, path: string): string {
  return base === null ? path : resolve(base, path);
}

/** A first word without a slash is looked up in PATH. */
function placeCommand(base: string | null, words: string[] | null): string[] | null {
  const [word = '', ...others] = words ?? [];
  if (words === null || base === null || !word.includes('/') || isAbsolute(word)) return words;
  return [resolve(base, word), ...others];
}
