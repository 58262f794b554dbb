import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from './errors';
import { findProgram } from './lookup';
import type { Configuration } from './settings';

const GROUP_WRITE = 0o020;
const WORLD_WRITE = 0o002;
const STICKY = 0o1000;

/**
 * As root, refuses to run what others could have written: the configuration file and the program's file.
 *
 * @param configuration the settings; `insecure` lets everything pass
 * @throws UserError with the chmod that mends it
 */
export function checkTrust({ settings, environment, file }: Configuration): void {
  if (process.getuid?.() !== 0 || settings.insecure) return;
  if (file !== null) refuseWritable('the configuration', resolve(file));
  const here = process.cwd();
  const folders = settings.directory === null ? [here] : [resolve(settings.directory), here];
  const found = findProgram(settings.program[0] ?? '', folders, environment.PATH ?? process.env.PATH);
  if ('file' in found) refuseWritable('the program', found.file);
}

/**
 * Refuses a state folder that is a symlink, belongs to a stranger, or can be written by others: whoever owns it could
 * stand between the program and its transcript.
 *
 * @param folder that exists
 * @param owner whose it may be besides ours and root's, or null
 * @param insecure `--insecure` was given
 * @throws UserError saying what to do
 */
export function checkStateFolder(folder: string, owner: { uid: number } | null, insecure = false): void {
  const found = lstatSync(folder);
  if (!found.isDirectory()) {
    throw new UserError(`cannot use the state folder ${folder}: it is no folder; remove what is there`);
  }
  if (insecure) return;
  const trusted = [0, process.getuid?.() ?? 0, owner?.uid];
  if (!trusted.includes(found.uid)) {
    throw new UserError(
      `cannot use the state folder ${folder}: it belongs to uid ${found.uid}; remove it, or use -s with a folder of your own`,
    );
  }
  if ((found.mode & (GROUP_WRITE | WORLD_WRITE)) !== 0) {
    throw new UserError(
      `cannot use the state folder ${folder}: others can write to it; chmod 700 ${folder}, or use --insecure`,
    );
  }
}

function refuseWritable(what: string, path: string): void {
  const { mode, gid } = statSync(path);
  const byGroup = (mode & GROUP_WRITE) !== 0 && gid !== 0;
  if (byGroup || (mode & WORLD_WRITE) !== 0) refuse(what, path, mode);
  // In a folder that is everybody's, everybody can put another file in its place; the sticky bit prevents it.
  const folder = dirname(realpathSync(path));
  const { mode: folderMode } = statSync(folder);
  if ((folderMode & WORLD_WRITE) !== 0 && (folderMode & STICKY) === 0)
    refuse(`the folder of ${what}`, folder, folderMode);
}

function refuse(what: string, path: string, mode: number): never {
  const bits = (mode & 0o7777).toString(8).padStart(4, '0');
  throw new UserError(
    `cannot trust ${what} ${path} as root: others can write to it (mode ${bits}); chmod go-w ${path}, or use --insecure`,
  );
}
