import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { findCommand } from '../commands/table';
import type { Arguments } from '../settings/argv';
import { options } from '../settings/options';
import { errorCode, UsageError } from '../system/errors';
import { doubtFile, doubtPrivateFolder, explainDoubt } from '../system/trust/rules';
import { namesDaemon } from './arrange-words';

const FILE = 'zd.conf';

/** A command line, perhaps with a configuration that it does not name itself. */
export interface Found {
  argv: Arguments;
  isFound: boolean;
  /** Why a file was left aside, one sentence. */
  note: string | null;
}

/**
 * Finds the configuration of a command line without `-C`, `-p` and `-s`: the file that ZD_CONFIG names, or else `zd.conf`
 * in the current folder, if nobody but this user and root can have written it.
 *
 * @throws UsageError if ZD_CONFIG names no file
 */
export function findConfiguration(argv: Arguments, env: NodeJS.ProcessEnv): Found {
  const record = argv.command === null ? null : findCommand(argv.command);
  if (namesDaemon(argv) || record?.needsNoFile) return { argv, isFound: false, note: null };
  if (env.ZD_CONFIG && !existsSync(env.ZD_CONFIG))
    throw new UsageError(
      `cannot read ${env.ZD_CONFIG} (ZD_CONFIG): it does not exist; set or unset the variable`,
    );
  if (env.ZD_CONFIG) return { argv: withFile(argv, env.ZD_CONFIG), isFound: true, note: null };
  const doubt = examine(FILE);
  if (doubt === null) return { argv: withFile(argv, FILE), isFound: true, note: null };
  if (doubt === 'missing') return { argv, isFound: false, note: null };
  return {
    argv,
    isFound: false,
    note: `${FILE} is not used: ${doubt}; name it with -C if that is as it should be`,
  };
}

function withFile(argv: Arguments, text: string): Arguments {
  const option = options.find(({ key }) => key === 'configure')!;
  return { ...argv, flags: new Map([...argv.flags, ['configure', { option, written: '-C', text }]]) };
}

/** @returns null for a file to use, or the reason against it */
function examine(file: string): string | null {
  try {
    if (!lstatSync(file, { throwIfNoEntry: false })) return 'missing';
    const real = realpathSync(file);
    const found = statSync(real);
    if (!found.isFile()) return 'it is not a regular file';
    // A symlink is as good as its folder: only who can write there can have made it.
    const folders = [...new Set([realpathSync('.'), dirname(real)])];
    const doubt = doubtFile(found, isOwn);
    if (doubt !== null) return explainDoubt(doubt, found);
    for (const folder of folders) {
      const stats = statSync(folder);
      const against = doubtPrivateFolder(stats, isOwn);
      if (against !== null) return explainDoubt(against, stats, `its folder ${folder}`);
    }
    return null;
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'missing' : String((error as Error).message);
  }
}

function isOwn(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.();
}
