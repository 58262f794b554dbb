import type { ScreenSize } from '../../protocol/console';
import { LARGEST_SCREEN } from '../../protocol/console';
import { TerminalModes } from './modes';
import { waitForRoom } from './room';

/** Signals after which the visitor leaves. */
const ENDS = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

const LINE_FEED = 0x0a;

export interface TerminalEvents {
  /** What the visitor types. */
  typed(bytes: Buffer): void;
  /** Its window has another size. */
  resized(): void;
  /** It was suspended, and what the program has drawn is gone. */
  resumed(): void;
  /** The terminal is gone, or somebody wants the visitor to leave. */
  ended(): void;
}

/** The terminal of a visitor. Between `enter` and `leave`, it passes on each key, and belongs to the program. */
export class VisitorTerminal {
  readonly #modes = new TerminalModes();
  #isRaw = false;
  /** Whether the last output ended a line. */
  #isAtStart = true;
  #isSuspended = false;
  #undo = () => {};

  /** Whether the program draws a screen of its own. */
  get isAlternate(): boolean {
    return this.#modes.isAlternate;
  }

  get size(): ScreenSize {
    const within = (number: number, usual: number) => Math.min(Math.max(number || usual, 1), LARGEST_SCREEN);
    return { rows: within(process.stdout.rows, 24), columns: within(process.stdout.columns, 80) };
  }

  enter({ typed, resized, resumed, ended }: TerminalEvents): void {
    const { stdin, stdout } = process;
    const suspend = () => {
      stdout.write(this.#modes.undo());
      this.startLine();
      this.#setRaw(false);
      this.#isSuspended = true;
      process.kill(process.pid, 'SIGSTOP');
    };
    // Whoever has stopped it in another way has not had the terminal restored.
    const resume = () => {
      this.#setRaw(true);
      if (this.#isSuspended) stdout.write(this.#modes.redo());
      this.#isSuspended = false;
      resumed();
    };
    this.#setRaw(true);
    stdin.on('data', typed).on('end', ended).on('error', ended).resume();
    stdout.on('resize', resized).on('error', ended);
    for (const signal of ENDS) process.on(signal, ended);
    process.on('SIGTSTP', suspend).on('SIGCONT', resume);
    this.#undo = () => {
      stdin.off('data', typed).off('end', ended).off('error', ended).pause();
      stdout.off('resize', resized);
      for (const signal of ENDS) process.off(signal, ended);
      process.off('SIGTSTP', suspend).off('SIGCONT', resume);
    };
  }

  /** Writes output of the program, as fast as the terminal takes it. */
  async write(bytes: Buffer): Promise<void> {
    this.#modes.track(bytes);
    if (process.stdout.destroyed) return;
    if (bytes.length > 0) this.#isAtStart = bytes.at(-1) === LINE_FEED;
    if (!process.stdout.write(bytes)) await waitForRoom(process.stdout);
  }

  /** Begins a line, unless one has just begun. */
  startLine(): void {
    if (!this.#isAtStart) process.stdout.write('\r\n');
    this.#isAtStart = true;
  }

  /** Writes a line of zd's own, in the lines of the program. */
  note(text: string): void {
    process.stdout.write(`\x1b[0m${this.#isRaw ? '\r\n' : ''}${text}\r\n`);
    this.#isAtStart = true;
  }

  /** Undoes what the program has changed of the terminal. */
  reset(): void {
    process.stdout.write(this.#modes.reset());
  }

  leave(): void {
    this.#undo();
    if (!process.stdout.destroyed) {
      // What is said next must not follow a prompt of the program.
      const isBehindText = !this.#isAtStart && !this.isAlternate;
      this.reset();
      if (isBehindText) process.stdout.write('\r\n');
    }
    this.#setRaw(false);
  }

  #setRaw(isRaw: boolean): void {
    this.#isRaw = isRaw;
    try {
      process.stdin.setRawMode(isRaw);
    } catch {
      // The terminal is gone.
    }
  }
}
