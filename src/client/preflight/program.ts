import { isAbsolute, resolve } from 'node:path';
import { errorAt } from '../../settings/faults';
import { listOwnCommands } from '../../settings/probes/own-commands';
import { listTestCommands } from '../../settings/probes/test-commands';
import { listCommands } from '../../settings/schedule/what-runs';
import type { Configuration, Origin, Settings } from '../../settings/settings';
import { locateProgram, type ProgramPlace } from '../../settings/surroundings/locate-program';
import { UsageError } from '../../system/errors';
import { findCurrentFolder } from '../../system/files';
import { listPrograms } from '../../system/find-program';
import { findExcess } from '../../system/run/exec-size';
import { quoteWords } from '../../system/words';
import { programVariables } from './environment';
import { nameProgram } from './places';
import type { SettingUse } from './rights';

/**
 * Searches for the program, or for the commands of the steps, where a manager will.
 *
 * @returns their files, and what must be possible with them
 * @throws UsageError naming the setting, its origin and the reason
 */
export function checkProgram(configuration: Configuration): SettingUse[] {
  const { settings, origins } = configuration;
  return listCommands(settings, origins).map(command => locate(configuration, command, settings));
}

/**
 * Searches for the start test, the commands of probes, and what the manager runs beside the program. As in zdaemon, a
 * manager counts a test that cannot be run as passed; a probe would never hold, and a hook would be missed when it is due.
 *
 * @returns as `checkProgram`
 * @throws UsageError as `checkProgram`
 */
export function checkTests(configuration: Configuration): SettingUse[] {
  const { settings, origins } = configuration;
  const tests = listTestCommands(settings).map(({ field, key, words }) => {
    const shown = key === 'start-test-program' ? words : ['command', ...words];
    return locate(configuration, { key, words, origin: origins[field], shown });
  });
  const others = listOwnCommands(settings).map(({ field, ...command }) =>
    locate(configuration, { ...command, origin: origins[field] }),
  );
  return [...tests, ...others];
}

/**
 * Lists the folders in which a manager looks up a relative command.
 *
 * @param word the first word of the command
 * @throws the system's error if the current folder has been removed and the word is relative to it
 */
export function listFolders(
  { settings: { directory }, folder }: { settings: Pick<Settings, 'directory'>; folder: string | null },
  word: string,
): string[] {
  const here = folder ?? findHere(directory, word);
  return [directory === null ? null : resolve(directory), here].filter(folder => folder !== null);
}

/**
 * The current folder; null if it has been removed and the word is not relative to it.
 *
 * @param word the first word of the command
 * @throws as `listFolders`
 */
export function findHere(directory: string | null, word: string): string | null {
  const isRelative = directory === null && word.includes('/') && !isAbsolute(word);
  return isRelative ? process.cwd() : findCurrentFolder();
}

/**
 * Refuses words after a command for what runs on a schedule or in steps: nobody would know which run they are for.
 *
 * @throws UsageError with the place of the setting
 */
export function refuseWords({ settings, origins }: Configuration, args: readonly string[]): void {
  const field = (['steps', 'runEvery', 'runAt'] as const).find(one => settings[one] !== null);
  if (args.length === 0 || field === undefined) return;
  const what = {
    steps: 'steps take',
    runEvery: 'a program with run-every takes',
    runAt: 'a program with run-at takes',
  };
  const where = field === 'steps' ? 'the command of a step' : 'program';
  throw errorAt(origins[field], `${what[field]} no words after the command; put them into ${where}`);
}

/**
 * Refuses words and variables that are too long together.
 *
 * @param args words after `start`
 * @throws UsageError with the sizes
 */
export function checkSize(configuration: Configuration, args: readonly string[] = []): void {
  const { settings } = configuration;
  const variables = programVariables(configuration);
  for (const { words } of listCommands(settings)) {
    const excess = findExcess([...words, ...args], variables);
    if (excess !== null) throw new UsageError(`cannot start ${nameProgram(words)}: ${excess}`);
  }
}

/** What runs beside the program has no other root. */
const OUTSIDE: ProgramPlace = { chroot: null, directory: null };

function locate(
  configuration: Configuration,
  { key, words, origin, shown = words }: { key: string; words: string[]; origin: Origin; shown?: string[] },
  place: ProgramPlace = OUTSIDE,
): SettingUse {
  const folders = listFolders(configuration, words[0] ?? '');
  const word = words[0] ?? '';
  const { PATH: path } = programVariables(configuration);
  const found = locateProgram(word, place, folders, path);
  if ('file' in found) {
    const others = place.chroot === null ? listPrograms(word, path).filter(file => file !== found.file) : [];
    return { path: found.file, way: 'run', key, value: word, origin, others };
  }
  throw new UsageError(`cannot use ${key} '${quoteWords(shown)}' (${origin}): ${found.plain}`);
}
