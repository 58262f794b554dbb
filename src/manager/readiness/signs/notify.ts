import { chownSync, closeSync, constants, lstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { KINDS } from '../../../protocol/keeper/wire';
import { giveFolder } from '../../../state/folder';
import { describeLongPath } from '../../../state/socket-path';
import type { Clock } from '../../../system/clock';
import { describeReason, UserError } from '../../../system/errors';
import { makeFifos } from '../../../system/fifo';
import { findPerl } from '../../../system/find-program';
import { systemError } from '../../../system/run/system-error';
import { pinOwnFolder, withOwnFile } from '../../../system/trust/own-folder';
import { pinFolder } from '../../../system/trust/pinned-path';
import { mayMislead } from '../../../system/trust/root';
import type { WholeUser } from '../../../system/users';
import type { Parent } from '../../parent/parent';
import { becomingUser } from '../../parent/user-parent';
import { NewsFifo } from './news-fifo';
import { NewsLines } from './news-lines';
import { LISTENER_COMMANDS, LISTENER_SAYS, LISTENER_SCRIPT } from './notify-script';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
/** Seconds until a listener must say that it listens. */
const LIMIT = 5;

export interface ListenerOptions {
  parent: Parent;
  clock: Clock;
  /** The state folder. */
  folder: string;
  insecure: boolean;
  /** See `Scene`. */
  runAs?: WholeUser | null;
  /** Called with each line of the program's. */
  heard(line: string): void;
  /** Called when the listener has exited, for example because a user has killed it. */
  lost(): void;
}

/**
 * What a program must be told as NOTIFY_SOCKET. If the manager stays root, the user cannot enter the state folder, so the
 * socket has a folder of that user's beside it.
 */
export function nameNotifySocket(folder: string, runAs: WholeUser | null = null): string {
  return join(runAs ? `${folder}-notify` : folder, 'notify');
}

/** The process that listens at the NOTIFY_SOCKET of the program. It outlives a manager, as a copier does. */
export class NotifyListener {
  readonly #options: ListenerOptions;
  readonly #news: NewsFifo;
  #control: number | null = null;
  /** What waits until it listens. */
  #waiting: ((problem: string | null) => void)[] = [];
  #cancelLimit = () => {};
  readonly #lines = new NewsLines();

  /** Continues with the listener of an earlier manager, if there is one. */
  constructor(options: ListenerOptions) {
    const { folder, insecure, parent } = options;
    this.#options = options;
    const path = join(folder, 'notify-news');
    this.#news = new NewsFifo(path, insecure, bytes => this.#receive(bytes.toString()));
    parent.hold('notify', this.#news.descriptor);
    this.#control = this.#openControl();
    if (this.#control !== null) this.#tell(LISTENER_COMMANDS.here);
  }

  /** Forgets what was said before a run. */
  empty(): void {
    this.#news.empty();
    this.#lines.empty();
  }

  get isListening(): boolean {
    return this.#control !== null && this.#waiting.length === 0;
  }

  /**
   * Begins it, unless it listens already.
   *
   * @param done called with what prevents that, or null
   */
  begin(done: (problem: string | null) => void): void {
    if (this.isListening && this.#tell(LISTENER_COMMANDS.here)) return done(null);
    this.#waiting.push(done);
    if (this.#waiting.length > 1) return;
    try {
      this.#spawn();
    } catch (error) {
      this.#settle(describeReason(error));
    }
  }

  /** It exits: there will be no program any more. */
  end(): void {
    this.#tell(LISTENER_COMMANDS.leave);
    this.release();
  }

  /** Leaves it to the next manager. */
  release(): void {
    this.#cancelLimit();
    if (this.#control !== null) closeSync(this.#control);
    this.#control = null;
    this.#news.close();
  }

  #openControl(): number | null {
    const open = (place: string) => openSync(place, O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
    try {
      return withOwnFile(this.#controlPath, open, this.#options.insecure);
    } catch {
      // ENXIO: no process has it open for reading; ENOENT: there never was one.
      return null;
    }
  }

  get #controlPath(): string {
    return join(this.#options.folder, 'notify-control');
  }

  #spawn(): void {
    const { parent, folder, clock, runAs = null } = this.#options;
    if (this.#control !== null) closeSync(this.#control);
    this.#control = null;
    const path = nameNotifySocket(folder, runAs);
    const tooLong = describeLongPath(path);
    if (tooLong !== null) throw new UserError(`the path ${tooLong}`);
    const perl = findPerl(process.env.PATH);
    if ('reason' in perl) throw new UserError(`it needs perl: ${perl.plain}`);
    if (runAs) makeUserFolder(dirname(path), runAs);
    const { place, control, news, close } = this.#openEnds();
    this.#cancelLimit = clock.after(LIMIT, () => this.#settle('the process that listens does not answer'));
    becomingUser(parent, runAs).spawn(
      {
        kind: KINDS.listener,
        file: perl.file,
        args: [
          'perl',
          '-e',
          LISTENER_SCRIPT,
          '--',
          path,
          basename(path),
          runAs ? basename(dirname(path)) : '',
        ],
        environment: { PATH: process.env.PATH },
        directory: runAs ? dirname(folder) : place,
        umask: 0o077,
        ownSession: true,
        descriptors: [
          'null',
          'null',
          'null',
          { fd: control, flags: O_RDONLY | O_NONBLOCK },
          { fd: news, flags: O_WRONLY | O_NONBLOCK },
        ],
      },
      {
        spawned: close,
        failed: error => {
          close();
          this.#settle(describeReason(error));
        },
        exited: () => this.#examine(),
      },
    );
  }

  /** Its ends of the FIFOs, and its folder: no rename can redirect where it binds and what it removes. */
  #openEnds(): { place: string; control: number; news: number; close(): void } {
    const { folder, insecure, runAs } = this.#options;
    const pinned = pinOwnFolder(folder, insecure);
    const ends: number[] = [];
    const close = () => {
      for (const fd of ends.splice(0)) closeSync(fd);
      pinned.close();
    };
    try {
      const { place } = pinned;
      const name = join(place, basename(this.#controlPath));
      makeFifos([name]);
      // It opens the FIFO anew when a manager has died.
      if (runAs) chownSync(name, runAs.uid, runAs.gid);
      const control = openSync(name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
      ends.push(control);
      this.#control = openSync(name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
      const { fd: news } = this.#news.openWriteEnd();
      ends.push(news);
      return { place, control, news, close };
    } catch (error) {
      close();
      throw error;
    }
  }

  /** After the end of the keeper, it is not known whether it still runs. */
  #examine(): void {
    const again = this.#openControl();
    if (again !== null) return closeSync(again);
    if (this.#control === null) return;
    closeSync(this.#control);
    this.#control = null;
    if (this.#waiting.length > 0) this.#settle('the process that listens has exited');
    else this.#options.lost();
  }

  #settle(problem: string | null): void {
    this.#cancelLimit();
    if (problem !== null && this.#control !== null) {
      this.#tell(LISTENER_COMMANDS.leave);
      closeSync(this.#control);
      this.#control = null;
    }
    for (const done of this.#waiting.splice(0)) done(problem);
  }

  /** @returns false if it has exited */
  #tell(word: string): boolean {
    if (this.#control === null) return false;
    try {
      return writeSync(this.#control, word) > 0;
    } catch {
      return false;
    }
  }

  #receive(text: string): void {
    for (const line of this.#lines.read(text)) {
      const [word = '', errno] = line.split(' ');
      if (word === LISTENER_SAYS.listens) this.#settle(null);
      else if (word === LISTENER_SAYS.failed)
        this.#settle(describeReason(systemError(Number(errno), 'bind')));
      else this.#options.heard(line);
    }
  }
}

/** In a folder that the user can write to, the listener makes it: root must not give away what that user puts there. */
function makeUserFolder(path: string, owner: WholeUser): void {
  const isOpen = mayMislead();
  const outer = pinFolder(dirname(path), isOpen);
  try {
    const place = outer.at(basename(path));
    if (isOpen(outer.stats) || lstatSync(place, { throwIfNoEntry: false })) return;
    mkdirSync(place, 0o700);
    giveFolder(place, owner, 0o700);
  } finally {
    outer.close();
  }
}
