import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { type LevelName, levelNumbers } from '../settings/event-log-levels';
import type { EventLogFile, EventLogSettings } from '../settings/settings';
import { type Clock, formatLocalTime } from '../system/clock';
import { describeReason, UserError } from '../system/errors';

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;

export interface EventLog {
  /** Writes one record, one line, where the levels let it through. Never throws. */
  log(level: LevelName, text: string): void;
  /**
   * Opens the files again by their names. A file that cannot be opened is kept as it is.
   *
   * @returns a sentence for each that could not be opened
   */
  reopen(): string[];
  /** The last records at warn and above as lines, oldest first, whether they were written or not. */
  recent(): string[];
  /** How many records could not be written since the start. */
  lost(): number;
  close(): void;
}

export interface EventLogOptions {
  /** null: nothing is written, `recent` alone works. */
  settings: EventLogSettings | null;
  clock: Clock;
  /** What relative paths start at; the working folder if missing. */
  directory?: string;
}

const RECENT_RECORDS = 20;

/**
 * Opens the manager's own log (zdaemon's eventlog section; the layout of the records is ours:
 * `2026-11-20T22:46:54 INFO daemon manager started`, local time).
 *
 * @throws UserError when a file cannot be opened
 */
export function openEventLog({ settings, clock, directory = '.' }: EventLogOptions): EventLog {
  const targets: Target[] = [];
  for (const file of settings?.files ?? []) {
    try {
      targets.push(new Target(file, directory));
    } catch (error) {
      for (const target of targets) target.close();
      throw new UserError(`cannot open the event log ${file.path}: ${describeReason(error)}`);
    }
  }
  let recent: string[] = [];

  return {
    log(level, text) {
      const number = levelNumbers[level];
      const line = `${formatLocalTime(clock.wall())} ${shownName(level)} ${escapeControls(text)}`;
      if (number >= levelNumbers.warn) recent = [...recent, line].slice(-RECENT_RECORDS);
      if (settings === null || number < settings.level) return;
      for (const target of targets) if (number >= target.level) target.write(line);
    },
    reopen: () => targets.map(target => target.reopen()).filter(fault => fault !== null),
    recent: () => recent,
    lost: () => targets.reduce((sum, target) => sum + target.lost, 0),
    close() {
      for (const target of targets.splice(0)) target.close();
    },
  };
}

/** One file, or one of the two streams, that records go to. */
class Target {
  readonly level: number;
  lost = 0;
  readonly #path: string;
  /** Its descriptor was open before us and stays so. */
  readonly #isStream: boolean;
  #fd: number;
  /** Records lost since the last one that was written, and why. */
  #gap = 0;
  #trouble = '';
  /** The file ends within a record. */
  #torn = false;

  constructor({ path, level }: EventLogFile, directory: string) {
    this.level = level;
    this.#isStream = path === 'STDOUT' || path === 'STDERR';
    this.#path = resolve(directory, path);
    this.#fd = this.#isStream ? (path === 'STDOUT' ? 1 : 2) : openForAppend(this.#path);
  }

  /** A disk that is full or a reader that went away costs the record, never the manager. */
  write(line: string): void {
    const gap = this.#gap > 0 ? `(${this.#gap} records lost: ${this.#trouble})\n` : '';
    const bytes = Buffer.from(`${this.#torn ? '\n' : ''}${gap}${line}\n`);
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(this.#fd, bytes, done);
      this.#gap = 0;
      this.#torn = false;
    } catch (error) {
      this.#trouble = describeReason(error);
      this.#gap += 1;
      this.lost += 1;
      if (done > 0) this.#torn = true;
    }
  }

  /** The new file is opened before the old one is let go, so that there is always one. */
  reopen(): string | null {
    if (this.#isStream) return null;
    try {
      const fd = openForAppend(this.#path);
      this.close();
      this.#fd = fd;
      this.#torn = false;
      return null;
    } catch (error) {
      return `cannot reopen the event log ${this.#path}: ${describeReason(error)}`;
    }
  }

  close(): void {
    if (this.#isStream) return;
    try {
      closeSync(this.#fd);
    } catch {
      // Some file systems report a full disk only here; the descriptor is gone all the same.
    }
  }
}

/** O_NONBLOCK: a FIFO that nobody reads must be an error, not a manager that hangs. */
function openForAppend(path: string): number {
  return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o666);
}

/** As Python's logging names it. */
function shownName(level: LevelName): string {
  return level === 'warn' ? 'WARNING' : level.toUpperCase();
}

/** Keeps a record on its line: a newline becomes `\n`, other control characters but TAB `\x1b` and the like. */
function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  return text.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, character => {
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
