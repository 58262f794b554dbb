import { type Completer, createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { describeReason, UserError } from '../../system/errors';

/** Where the lines of the prompt come from. */
export interface LineSource {
  /**
   * @param prompt shown on a terminal
   * @returns the next line, or null at the end of the input
   * @throws UserError when the input cannot be read
   */
  next(prompt: string): Promise<string | null>;
  close(): void;
}

/** Both ends must be one: whoever redirects either of them wants neither prompts nor echoes there. */
export function isTerminal(): boolean {
  return isatty(0) && isatty(1);
}

const HISTORY_SIZE = 1000;

/**
 * Lines with editing, history (of this session) and completion. Between two calls of `next` the terminal is as we
 * found it, so that Ctrl-C is a signal and other programs may use it.
 *
 * @param stdout where prompts go
 * @param complete from the line up to the cursor to the ways to go on, and what of it they replace
 */
export function openTerminal(stdout: Writable, complete: Completer): LineSource {
  const { stdin } = process;
  const reader = createInterface({
    input: stdin,
    output: stdout,
    terminal: true,
    historySize: HISTORY_SIZE,
    removeHistoryDuplicates: true,
    completer: complete,
  });
  const queue = new LineQueue();
  const handOver = () => {
    reader.pause();
    stdin.setRawMode(false);
  };
  const stay = () => {};
  // Pressed twice, the second Ctrl-C may come when nobody waits any more.
  process.on('SIGINT', stay);
  const leave = (signal: NodeJS.Signals) => {
    reader.close();
    process.kill(process.pid, signal);
  };
  // Node itself leaves the terminal raw at this one.
  process.once('SIGHUP', leave);
  reader.on('line', line => {
    handOver();
    queue.push(line);
  });
  reader.on('close', () => queue.end());
  reader.on('SIGINT', () => clearLine());
  reader.on('SIGCONT', () => reader.prompt(true));
  // A terminal that is gone: the reader passes on what the stream says.
  reader.on('error', () => reader.close());

  function clearLine(): void {
    reader.write(null, { ctrl: true, name: 'e' });
    reader.write(null, { ctrl: true, name: 'u' });
    // The arrows begin at the latest line again.
    Object.assign(reader, { historyIndex: -1 });
    stdout.write('^C\n');
    reader.prompt();
  }

  return {
    async next(prompt) {
      if (queue.isEmpty()) {
        stdin.setRawMode(true);
        reader.setPrompt(prompt);
        // What was typed while a command ran may stand there already.
        reader.prompt(true);
      }
      const line = await queue.next();
      if (line === null) stdout.write('\n');
      return line;
    },
    close() {
      process.off('SIGINT', stay).off('SIGHUP', leave);
      reader.close();
    },
  };
}

/** Lines of a pipe or a file, without prompts. */
export function openScript(): LineSource {
  const reader = createInterface({ input: process.stdin, terminal: false });
  const queue = new LineQueue();
  reader.on('line', line => {
    // What is not read yet is left to the programs that are run.
    reader.pause();
    queue.push(line);
  });
  reader.on('close', () => queue.end());
  // The reader passes on what the stream says.
  reader.on('error', error =>
    queue.fail(new UserError(`cannot read standard input: ${describeReason(error)}`)),
  );
  return {
    next() {
      if (queue.isEmpty()) reader.resume();
      return queue.next();
    },
    close: () => reader.close(),
  };
}

/** One chunk of input may hold many lines, and the end. */
class LineQueue {
  private readonly lines: string[] = [];
  private outcome: { error: Error | null } | null = null;
  private wake = () => {};

  push(line: string): void {
    this.lines.push(line);
    this.wake();
  }

  end(): void {
    this.outcome ??= { error: null };
    this.wake();
  }

  fail(error: Error): void {
    this.outcome ??= { error };
    this.wake();
  }

  isEmpty(): boolean {
    return this.lines.length === 0 && this.outcome === null;
  }

  async next(): Promise<string | null> {
    while (this.isEmpty()) await new Promise<void>(resolve => (this.wake = resolve));
    if (this.lines.length === 0 && this.outcome?.error) throw this.outcome.error;
    return this.lines.shift() ?? null;
  }
}
