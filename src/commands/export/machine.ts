import { readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { listFolders } from '../../client/preflight/program';
import { findProgram } from '../../system/find-program';
import { findUser, nameCaller } from '../../system/users';
import type { Machine } from './types';

/** Looks around here, for what the files of other systems have to name. */
export function readMachine(): Machine {
  const { PATH } = process.env;
  return {
    zd: findSelf(PATH),
    path: withNode(PATH ?? '/usr/local/bin:/usr/bin:/bin'),
    caller: process.geteuid?.() === 0 ? null : nameCaller(),
    find(word, configuration) {
      const found = findProgram(
        word,
        listFolders(configuration, word),
        configuration.environment.PATH ?? PATH,
      );
      return 'file' in found ? found.file : null;
    },
    isFolder: path => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
    groupOf,
  };
}

/** The name by which zd is found stays the same when it is installed anew. */
function findSelf(path: string | undefined): string {
  // Node may have been given the file that the command `zd` runs.
  const self = resolve(process.argv[1] ?? 'zd').replace(/\.js$/, '');
  const found = findProgram('zd', ['/'], path);
  return 'file' in found && isSame(found.file, self) ? found.file : self;
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map(file => statSync(file, { throwIfNoEntry: false }));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}

/** The search path, with the Node that runs this in front if another one, or none, would be found. */
function withNode(path: string): string {
  const found = findProgram('node', ['/'], path);
  const isFound = 'file' in found && isSame(found.file, process.execPath);
  return isFound ? path : [dirname(process.execPath), path].join(delimiter);
}

function groupOf(user: string): string | null {
  try {
    const gid = String(findUser(user).gid);
    const groups = readFileSync('/etc/group', 'utf8').split('\n');
    return groups.find(line => line.split(':')[2] === gid)?.split(':')[0] ?? null;
  } catch {
    return null;
  }
}
