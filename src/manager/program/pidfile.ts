import {
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { describeReason, errorCode } from '../../system/errors';
import { isAlive, readProcess } from '../../system/processes';
import { pinFolder } from '../../system/trust/pinned-path';
import { mayMislead } from '../../system/trust/root';
import type { EventLog } from '../event-log';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
/** Others are to read it, whatever the umask is. */
const MODE = 0o644;
/** Bytes of a pid and its newline. */
const LONGEST = 16;

/**
 * The file with the pid of the program, for tools that look for one. It is there while the program is up, from the
 * moment at which it counts as started. Nothing in zd reads it.
 */
export class Pidfile {
  readonly #path: string;
  readonly #log: EventLog['log'];

  /** @param path absolute */
  constructor(path: string, log: EventLog['log']) {
    this.#path = path;
    this.#log = log;
  }

  remove(): void {
    this.#use('remove', at => unlinkSync(at(basename(this.#path))));
  }

  /** Readers find the whole file or none. */
  write(pid: number): void {
    this.#use('write', at => {
      const name = basename(this.#path);
      removeUnfinished(at, name);
      const fresh = at(`.${name}.${process.pid}`);
      writeNew(fresh, `${pid}\n`);
      renameSync(fresh, at(name));
    });
  }

  /** Whoever can write to a folder on the way must not choose what is replaced. */
  #use(verb: string, act: (at: (name: string) => string) => void): void {
    try {
      const folder = pinFolder(dirname(this.#path), mayMislead());
      try {
        act(folder.at);
      } finally {
        folder.close();
      }
    } catch (error) {
      if (verb === 'remove' && errorCode(error) === 'ENOENT') return;
      this.#log('error', `cannot ${verb} the pidfile ${this.#path}: ${describeReason(error)}`);
    }
  }
}

/** A manager that was killed between write and rename has left its own file. */
function removeUnfinished(at: (name: string) => string, name: string): void {
  const own = `.${name}.`;
  for (const other of readdirSync(at('.')))
    if (other.startsWith(own) && isUnfinished(other.slice(own.length), at(other))) unlinkSync(at(other));
}

/** A file of zd's by its content, and of a manager that is not about to rename it. */
function isUnfinished(pid: string, path: string): boolean {
  if (!/^\d+$/.test(pid) || isAlive(readProcess(Number(pid)))) return false;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || found.uid !== process.geteuid?.() || found.size > LONGEST) return false;
  return /^(?:\d+\n)?$/.test(readFileSync(path, 'latin1'));
}

function writeNew(path: string, text: string): void {
  try {
    unlinkSync(path);
  } catch {
    // openSync reports it.
  }
  const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, MODE);
  try {
    fchmodSync(fd, MODE);
    writeSync(fd, text);
  } finally {
    closeSync(fd);
  }
}
