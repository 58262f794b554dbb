import { closeSync, constants, openSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
import { Screen } from '../../system/text/screen';

export interface StageOptions {
  stdout: NodeJS.WriteStream;
  /** Has the whole screen, or a part below what is there. */
  isWhole: boolean;
  /** Called for each key, as the characters that it sends. */
  pressed(key: string): void;
  /** Called when everything must be drawn again: the size has changed, or the process was suspended. */
  changed(): void;
  /** Called when the terminal is gone. */
  lost(): void;
}

const CTRL_Z = '\x1a';
/** Signals that end a process, and after which the terminal must be as before. */
const FATAL = ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * A terminal that is read key by key, and drawn to. However the process ends, short of SIGKILL, the terminal is as it was
 * before: after an error, a signal, and while it is suspended.
 */
export class Stage {
  readonly screen: Screen;
  readonly #options: StageOptions;
  readonly #undo: (() => void)[] = [];
  #keyboard: ReadStream | null = null;

  constructor(options: StageOptions) {
    this.#options = options;
    this.screen = new Screen(text => options.stdout.write(text), options.isWhole);
  }

  /** Columns and rows. */
  get size(): { columns: number; rows: number } {
    const { columns = 80, rows = 24 } = this.#options.stdout;
    return { columns, rows };
  }

  open(): void {
    const { stdout, changed, lost } = this.#options;
    this.#keyboard = openKeyboard();
    this.#keyboard?.on('data', (text: string) => this.#read(text));
    this.#keyboard?.on('error', lost).on('end', lost);
    const resized = () => {
      this.screen.clear();
      changed();
    };
    listen(stdout, 'resize', resized, this.#undo);
    listen(stdout, 'error', lost, this.#undo);
    for (const signal of FATAL) listen(process, signal, () => this.#die(signal), this.#undo);
    listen(process, 'SIGTSTP', () => this.#suspend(), this.#undo);
    listen(process, 'SIGCONT', () => this.#resume(), this.#undo);
    // After an error: a terminal is written to at once.
    listen(process, 'exit', () => this.#giveBack(), this.#undo);
    this.#take();
  }

  /** Gives the terminal back. */
  close(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#giveBack();
    this.#keyboard?.destroy();
    this.#keyboard = null;
  }

  #read(text: string): void {
    if (text === CTRL_Z) {
      // The whole job, as the terminal would have done it.
      process.kill(0, 'SIGTSTP');
      return;
    }
    this.#options.pressed(text);
  }

  #take(): void {
    setRaw(this.#keyboard, true);
    this.screen.open();
  }

  #giveBack(): void {
    this.screen.close();
    setRaw(this.#keyboard, false);
  }

  /** The default action decides: it stops no process of a group without a shell, which would never continue. */
  #suspend(): void {
    this.#giveBack();
    const own = process.listeners('SIGTSTP');
    process.removeAllListeners('SIGTSTP');
    process.kill(process.pid, 'SIGTSTP');
    for (const listener of own) process.on('SIGTSTP', listener);
    this.#resume();
  }

  /** Something else may have written to the terminal, and changed its mode. */
  #resume(): void {
    this.#take();
    this.screen.clear();
    this.#options.changed();
  }

  #die(signal: NodeJS.Signals): void {
    this.close();
    process.kill(process.pid, signal);
  }
}

/** Not standard input: the prompt reads that, and it may be something else. */
function openKeyboard(): ReadStream | null {
  const { ReadStream } = require('node:tty') as typeof import('node:tty');
  let fd = -1;
  try {
    fd = openSync('/dev/tty', constants.O_RDONLY | constants.O_NOCTTY);
    const keyboard = new ReadStream(fd);
    keyboard.setEncoding('utf8');
    return keyboard;
  } catch {
    // There is no controlling terminal: it works without keys, and Ctrl-C is a signal.
    if (fd >= 0) closeSync(fd);
    return null;
  }
}

/** A terminal that is gone has no mode. */
function setRaw(keyboard: ReadStream | null, isRaw: boolean): void {
  try {
    keyboard?.setRawMode(isRaw);
  } catch {
    // It is gone.
  }
}

function listen(
  emitter: NodeJS.EventEmitter,
  event: string,
  action: (...values: unknown[]) => void,
  undo: (() => void)[],
): void {
  emitter.on(event, action);
  undo.push(() => emitter.off(event, action));
}
