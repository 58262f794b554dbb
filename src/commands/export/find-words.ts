import type { Job } from './jobs';
import type { SettingReader } from './setting-reader';
import type { ExportRequest } from './types';

/**
 * A command by the absolute path of its program: the search path of other systems is not that of a shell.
 *
 * @returns its words; with a note if nothing was found
 */
export function findWords(
  { machine }: ExportRequest,
  { program }: Job,
  [word = '', ...others]: readonly string[],
  reader: SettingReader,
): string[] {
  const { configuration } = program!;
  // Inside of another root, nobody can look.
  if (configuration.settings.chroot !== null && word.startsWith('/')) return [word, ...others];
  const found = machine.find(word, configuration);
  if (found === null) reader.note(`${word} was not found when this was written; give its path`);
  return [found ?? word, ...others];
}
