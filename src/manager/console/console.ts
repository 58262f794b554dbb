import { closeSync, constants, fchownSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../system/clock';
import { describeReason } from '../../system/errors';
import { systemError } from '../../system/run/system-error';
import type { User } from '../../system/users';
import type { Source } from '../parent/parent';
import { NewsFifo } from '../readiness/signs/news-fifo';
import { NewsLines } from '../readiness/signs/news-lines';
import { Holder, type HolderOptions } from './holder';
import { HOLDER_COMMANDS, HOLDER_SAYS, USUAL_SIZE } from './holder-script';

const { O_NOCTTY, O_RDWR } = constants;
/** Seconds until the holder must have opened a terminal. */
const LIMIT = 5;
/** Seconds that a manager waits for the last output; only a holder that is suspended takes so long. */
const DRAIN_LIMIT = 1;
/** Milliseconds between two looks for the answer. */
const POLL = 0.1;
const NO_ANSWER =
  "the process that holds it does not answer; ps shows it as 'zd: holds the terminal of'; if it is stopped, continue it";
const HOLDER_KILLED =
  'the process that holds the pseudo-terminal was killed; the program gets SIGHUP, as when a terminal is closed';
const NO_KEEPER =
  'a pseudo-terminal needs a keeper, and there is none; install the package perl, or see zd doctor';

const cell = new Int32Array(new SharedArrayBuffer(4));

export interface ConsoleOptions
  extends Pick<HolderOptions, 'parent' | 'folder' | 'insecure' | 'title' | 'openOutput'> {
  clock: Clock;
  /** Who is to own the terminal, if the manager stays root for that user. */
  runAs?: User | null;
  log(level: 'error' | 'warn', text: string): void;
}

export interface Size {
  rows: number;
  columns: number;
}

/** The pseudo-terminal of the program, as far as the manager has to do with it: its master is with the holder. */
export class Console {
  readonly #options: ConsoleOptions;
  readonly #news: NewsFifo;
  readonly #holder: Holder;
  /** The manager's own end of the terminal, from its opening until the program has it. */
  #slave: number | null = null;
  #opened: ((found: { number: number } | { reason: string }) => void) | null = null;
  #cancelLimit = () => {};
  #isDrained = false;
  readonly #lines = new NewsLines();
  /** Whether the present run is on a terminal. */
  isOpen: boolean;
  /** Of the terminal; null if only an earlier manager knew. */
  size: Size | null;

  constructor(options: ConsoleOptions) {
    const { folder, insecure, parent } = options;
    this.#options = options;
    const news = new NewsFifo(join(folder, 'console-news'), insecure, bytes => this.#receive(String(bytes)));
    this.#news = news;
    parent.hold('console-news', news.descriptor);
    this.#holder = new Holder({
      ...options,
      openNews: () => news.openWriteEnd(),
      failed: error => this.#opened?.({ reason: describeReason(error) }),
      lost: () => this.#lose(),
    });
    this.isOpen = this.#holder.isThere;
    this.size = this.isOpen ? null : USUAL_SIZE;
  }

  /**
   * Opens a terminal for a run.
   *
   * @param done called with what prevents that, or null: then `takeSlave` has it
   */
  open(done: (problem: string | null) => void): void {
    const { parent, clock } = this.#options;
    if (parent.keeperPid === null) return done(NO_KEEPER);
    this.#opened = found => {
      this.#opened = null;
      this.#cancelLimit();
      const reason = 'reason' in found ? found.reason : this.#openSlave(found.number);
      done(reason && `cannot open a pseudo-terminal: ${reason}`);
    };
    this.#cancelLimit = clock.after(LIMIT, () => this.#opened?.({ reason: NO_ANSWER }));
    if (this.#holder.tell(HOLDER_COMMANDS.open)) return;
    try {
      this.#holder.spawn();
      this.#holder.tell(HOLDER_COMMANDS.open);
    } catch (error) {
      this.#opened?.({ reason: describeReason(error) });
    }
  }

  /**
   * The program's end of the terminal, to be closed here once it has it. The program leads a session, so the terminal
   * that it opens first becomes its controlling one (tty_ioctl(4)).
   */
  takeSlave(): Source | null {
    const fd = this.#slave;
    this.#slave = null;
    return fd === null ? null : { fd, flags: O_RDWR };
  }

  /** See `Holder.type`. */
  type(bytes: Buffer): number {
    return this.#holder.type(bytes);
  }

  /** See `Holder.openInput`. */
  openInput(): number | null {
    return this.#holder.openInput();
  }

  /** The terminal has another size from now on. */
  resize({ rows, columns }: Size): void {
    this.size = { rows, columns };
    this.#holder.tell(`${HOLDER_COMMANDS.resize} ${rows} ${columns}`);
  }

  /** Has the program draw its screen again, if it draws one. */
  redraw(): void {
    this.#holder.tell(HOLDER_COMMANDS.redraw);
  }

  /**
   * Passes on what the program has written so far.
   *
   * @param read empties the FIFO of the output, which may be full
   */
  drain(read: () => void): void {
    const { clock } = this.#options;
    this.#isDrained = !this.#holder.tell(HOLDER_COMMANDS.drain);
    for (const end = clock.now() + DRAIN_LIMIT; !this.#isDrained && clock.now() < end; ) {
      read();
      if (!this.#readNews()) Atomics.wait(cell, 0, 0, POLL);
    }
    read();
  }

  /** The program has exited, or was not spawned. */
  endRun(): void {
    const slave = this.takeSlave();
    if (slave) closeSync(slave.fd);
    this.#holder.tell(HOLDER_COMMANDS.ended);
    this.isOpen = false;
  }

  /** Leaves the holder to the next manager. */
  release(): void {
    this.#cancelLimit();
    const slave = this.takeSlave();
    if (slave) closeSync(slave.fd);
    this.#holder.forget();
    this.#news.close();
  }

  /** There will be no program any more. */
  close(): void {
    this.#holder.tell(HOLDER_COMMANDS.leave);
    this.#holder.end();
    this.#options.parent.release('console-news');
    this.release();
  }

  /** @returns why not, or null */
  #openSlave(number: number): string | null {
    try {
      this.#slave = openSync(`/dev/pts/${number}`, O_RDWR | O_NOCTTY);
      const { runAs } = this.#options;
      if (runAs) fchownSync(this.#slave, runAs.uid, fstatSync(this.#slave).gid);
    } catch (error) {
      this.endRun();
      return describeReason(error);
    }
    this.#holder.tell(HOLDER_COMMANDS.opened);
    this.isOpen = true;
    return null;
  }

  #lose(): void {
    if (this.#opened) return this.#opened({ reason: 'the process that holds it has exited' });
    if (this.isOpen) this.#options.log('error', HOLDER_KILLED);
    this.isOpen = false;
  }

  /** @returns whether there was something to read */
  #readNews(): boolean {
    const bytes = Buffer.alloc(256);
    try {
      const length = readSync(this.#news.descriptor, bytes, 0, bytes.length, null);
      this.#receive(bytes.toString('latin1', 0, length));
      return length > 0;
    } catch {
      return false;
    }
  }

  #receive(text: string): void {
    for (const line of this.#lines.read(text)) {
      const [word, number] = line.split(' ');
      if (word === HOLDER_SAYS.drained) this.#isDrained = true;
      if (word === HOLDER_SAYS.terminal) this.#opened?.({ number: Number(number) });
      if (word === HOLDER_SAYS.failed)
        this.#opened?.({ reason: describeReason(systemError(Number(number), 'open')) });
    }
  }
}
