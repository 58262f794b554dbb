import { resolve } from 'node:path';
import type { Configuration, Origin } from '../../settings/settings';
import { UsageError } from '../../system/errors';
import { findProgram } from '../../system/find-program';
import { quoteWords } from '../../system/words';

/**
 * Searches for the program where a manager will.
 *
 * @returns its file
 * @throws UsageError naming the setting, its origin and the reason
 */
export function checkProgram(configuration: Configuration): string {
  const { settings, origins } = configuration;
  return locate(configuration, { key: 'program', words: settings.program, origin: origins.program });
}

/**
 * Searches for the start test, if there is one: as in zdaemon, a manager counts a test that cannot be run as passed.
 *
 * @throws UsageError as `checkProgram`
 */
export function checkStartTest(configuration: Configuration): void {
  const { settings, origins } = configuration;
  const { startTestProgram: words } = settings;
  if (words) locate(configuration, { key: 'start-test-program', words, origin: origins.startTestProgram });
}

function locate(
  { settings, environment }: Configuration,
  { key, words, origin }: { key: string; words: string[]; origin: Origin },
): string {
  const here = process.cwd();
  const folders = settings.directory === null ? [here] : [resolve(settings.directory), here];
  const found = findProgram(words[0] ?? '', folders, environment.PATH ?? process.env.PATH);
  if ('file' in found) return found.file;
  throw new UsageError(`cannot use ${key} '${quoteWords(words)}' (${origin}): ${found.reason}`);
}
