import { createRequire } from 'node:module';
import type { Ending } from '../../src/system/signals';
import { within } from './within';

const loaded = loadPty();

/** The reason to skip tests on a terminal, or false. */
export const ptyMissing: string | false = loaded === null && 'node-pty is not installed';

const keys = { 'ctrl-c': '\x03', 'ctrl-d': '\x04', tab: '\t', enter: '\r', up: '\x1b[A' };

export interface Terminal {
  pid: number;
  /**
   * Waits for a text in the output without escapes, after the last match.
   *
   * @returns the match; rejects with all output so far
   */
  waitFor(wanted: string | RegExp, seconds?: number): Promise<string>;
  type(text: string): void;
  press(key: keyof typeof keys): void;
  resize(columns: number, rows: number): void;
  /** All output so far, without escape sequences and with LF for CR LF. */
  screen(): string;
  /** All output so far, unchanged. */
  rawScreen(): string;
  exit: Promise<Ending>;
  /** Kills the process group with SIGKILL; does nothing if it has exited. */
  close(): void;
}

export interface TerminalOptions {
  cwd?: string;
  /** Added to this process's environment; `undefined` removes a variable. */
  env?: Record<string, string | undefined>;
  columns?: number;
}

/**
 * Starts a command on a terminal of its own (node-pty).
 *
 * @param command the program
 * @param args its arguments
 */
export function openTerminal(command: string, args: string[], options: TerminalOptions = {}): Terminal {
  if (loaded === null) throw new Error('node-pty is not installed');
  const wanted = { ...process.env, TERM: 'xterm-256color', ZD_HISTORY: '', ...options.env };
  // node-pty would set a variable to the word `undefined`.
  const env = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  const { cwd = process.cwd(), columns = 120 } = options;
  const pty = loaded.spawn(command, args, { cwd, env, cols: columns, rows: 40 });

  let output = '';
  let seenTo = 0;
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of [...listeners]) listener();
  };
  pty.onData(data => {
    output += data;
    notify();
  });
  const exit = new Promise<Ending>(resolve => {
    pty.onExit(({ exitCode, signal }) => {
      resolve(signal ? { code: null, signal } : { code: exitCode, signal: null });
      notify();
    });
  });

  const search = (wanted: string | RegExp) => {
    const fresh = stripEscapes(output).slice(seenTo);
    const found = typeof wanted === 'string' ? findText(fresh, wanted) : wanted.exec(fresh);
    if (found === null) return null;
    seenTo += found.index + found[0].length;
    return found[0];
  };

  return {
    pid: pty.pid,
    async waitFor(wanted, seconds = 30) {
      let listener = () => {};
      const found = new Promise<string>(resolve => {
        listener = () => {
          const match = search(wanted);
          if (match === null) return;
          listeners.delete(listener);
          resolve(match);
        };
        listeners.add(listener);
        listener();
      });
      const context = () => `output so far:\n${stripEscapes(output)}`;
      return within(seconds, found, `${wanted} on the terminal`, context).finally(() =>
        listeners.delete(listener),
      );
    },
    type: text => pty.write(text),
    press: key => pty.write(keys[key]),
    resize: (cols, rows) => pty.resize(cols, rows),
    screen: () => stripEscapes(output),
    rawScreen: () => output,
    exit,
    close() {
      try {
        process.kill(-pty.pid, 'SIGKILL');
      } catch {
        // Already gone.
      }
    },
  };
}

/** Output as a terminal shows it: no CSI, OSC or two-byte escape sequences, LF for CR LF. */
export function stripEscapes(output: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches control characters
  const sequence = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-Z\\^-~])/g;
  return output.replace(sequence, '').replace(/\r+\n/g, '\n');
}

function findText(text: string, wanted: string): { index: number; 0: string } | null {
  const index = text.indexOf(wanted);
  return index < 0 ? null : { index, 0: wanted };
}

/** The part of node-pty that the tests use; its own types are missing where it is not installed. */
interface Pty {
  spawn(
    file: string,
    args: string[],
    options: { cwd: string; env: Record<string, string | undefined>; cols: number; rows: number },
  ): {
    pid: number;
    onData(listener: (data: string) => void): unknown;
    onExit(listener: (end: { exitCode: number; signal?: number }) => void): unknown;
    write(data: string): void;
    resize(columns: number, rows: number): void;
  };
}

/** An optional dependency: `npm ci` succeeds without it if it cannot be compiled. */
function loadPty(): Pty | null {
  try {
    return createRequire(import.meta.url)('node-pty');
  } catch {
    return null;
  }
}
