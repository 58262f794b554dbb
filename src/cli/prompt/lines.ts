import { type Completer, createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { describeReason, UserError } from '../../system/errors';
import { HISTORY_SIZE, type History, isForSession } from './history';
import { type Editor, teachKeys } from './keys';

/** Where the lines of the prompt come from. */
export interface LineSource {
  /**
   * @param findPrompt finds what to show on a terminal; not called if a line is there already
   * @returns the next line, or null at the end of the input
   * @throws UserError when the input cannot be read
   */
  next(findPrompt: () => Promise<string>): Promise<string | null>;
  close(): void;
}

/** True if standard input and output are both terminals: a redirected one must see neither prompts nor echoes. */
export function isTerminal(): boolean {
  return isatty(0) && isatty(1);
}

/**
 * Reads lines with editing, history and completion. Between two calls of `next` the terminal is in
 * its original mode, so that Ctrl-C is a signal and other programs can use the terminal.
 *
 * @param stdout where prompts are written
 * @param complete maps the line up to the cursor to its completions and the part that they replace
 * @param history the lines of earlier sessions, and where those of this one are kept
 */
export function openTerminal(stdout: Writable, complete: Completer, history: History): LineSource {
  const { stdin } = process;
  const reader = openEditor(stdout, complete, history);
  const queue = new LineQueue();
  const restoreMode = () => {
    reader.pause();
    stdin.setRawMode(false);
  };
  const ignore = () => {};
  // If Ctrl-C is pressed twice, the second may arrive after the wait has ended.
  process.on('SIGINT', ignore);
  const leave = (signal: NodeJS.Signals) => {
    reader.close();
    process.kill(process.pid, signal);
  };
  // On SIGHUP, Node itself would leave the terminal in raw mode.
  process.once('SIGHUP', leave);
  reader.on('line', line => {
    restoreMode();
    history.add(line);
    queue.push(line);
  });
  reader.on('close', () => queue.end());
  reader.on('SIGINT', () => cancelLine(reader, stdout));
  reader.on('SIGCONT', () => reader.prompt(true));
  // The terminal is gone: the reader forwards the errors of its stream.
  reader.on('error', () => reader.close());

  return {
    async next(findPrompt) {
      const prompt = queue.isEmpty() ? await findPrompt() : '';
      if (queue.isEmpty()) {
        stdin.setRawMode(true);
        reader.setPrompt(prompt);
        // The line may already contain what the user typed while a command ran.
        reader.prompt(true);
      }
      const line = await queue.next();
      if (line === null) stdout.write('\n');
      return line;
    },
    close() {
      process.off('SIGINT', ignore).off('SIGHUP', leave);
      reader.close();
    },
  };
}

function openEditor(output: Writable, completer: Completer, history: History): Editor {
  const { stdin: input } = process;
  const reader = createInterface({
    input,
    output,
    terminal: true,
    history: history.lines,
    historySize: HISTORY_SIZE,
    removeHistoryDuplicates: true,
    completer,
  }) as Editor;
  // The listener may change the lines.
  reader.on('history', lines => {
    if (!isForSession(lines[0] ?? '')) lines.shift();
  });
  // On a dumb terminal, readline can only append.
  if (process.env.TERM !== 'dumb') teachKeys(reader, input);
  return reader;
}

/** The line stays on the screen, like that of a shell; the arrow keys start at the latest line again. */
function cancelLine(reader: Editor, stdout: Writable): void {
  reader.write(null, { ctrl: true, name: 'e' });
  stdout.write('^C\n');
  Object.assign(reader, { line: '', cursor: 0, prevRows: 0, historyIndex: -1 });
  reader.prompt();
}

/** Reads lines from a pipe or a file, without prompts. */
export function openScript(): LineSource {
  const reader = createInterface({ input: process.stdin, terminal: false });
  const queue = new LineQueue();
  reader.on('line', line => {
    // Unread input is left to the programs that the line runs.
    reader.pause();
    queue.push(line);
  });
  reader.on('close', () => queue.end());
  // The reader forwards the errors of its stream.
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

/** A queue, because one chunk of input may contain many lines and the end. */
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
