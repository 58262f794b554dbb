import { closeSync, constants, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { type LevelName, levelNumbers } from '../settings/event-log-levels';
import type { EventLogFile, EventLogSettings } from '../settings/settings';
import { type Clock, formatLocalTime } from '../system/clock';
import { describeReason, UserError } from '../system/errors';
import { openTrusted } from '../system/trust/open-trusted';
import type { User } from '../system/users';

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;

export interface EventLog {
  /** Writes one record as one line to every file whose level admits it. Never throws. */
  log(level: LevelName, text: string): void;
  /**
   * Reopens the files by their names. If a file cannot be opened, the old one stays in use.
   *
   * @returns a sentence for each file that could not be opened
   */
  reopen(): string[];
  /** The last records at warn and above as lines, oldest first, even those that were not written. */
  recent(): string[];
  /** Why a file cannot be written, or null. */
  readonly problem: string | null;
  /** How many records could not be written since the manager started. */
  lost(): number;
  close(): void;
}

export interface EventLogOptions {
  /** With null, nothing is written and only `recent` works. */
  settings: EventLogSettings | null;
  clock: Clock;
  /** The folder that relative paths are resolved against; by default the working folder. */
  directory?: string;
  /** A file that cannot be opened is not an error: it is tried again with each record. */
  mayLack?: boolean;
  /** With whose rights a manager that stays root opens the files. */
  runAs?: User | null;
}

const RECENT_RECORDS = 20;
/** The descriptor of a file that could not be opened. */
const MISSING = -1;

/**
 * Opens the manager's own log (zdaemon's eventlog section). The layout of the records is zd's, in local time:
 * `2026-11-20T22:46:54 INFO daemon manager started`.
 *
 * @throws UserError when a file cannot be opened
 */
export function openEventLog({
  settings,
  clock,
  directory = '.',
  mayLack = false,
  runAs = null,
}: EventLogOptions): EventLog {
  const targets: Target[] = [];
  for (const file of settings?.files ?? []) {
    try {
      targets.push(new Target(file, directory, mayLack, runAs));
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
    reopen: () => targets.map(target => target.reopen()).filter(problem => problem !== null),
    recent: () => recent,
    get problem() {
      return targets.map(target => target.problem).find(problem => problem !== null) ?? null;
    },
    lost: () => targets.reduce((sum, target) => sum + target.lost, 0),
    close() {
      for (const target of targets.splice(0)) target.close();
    },
  };
}

/** A file or standard stream that receives records. */
class Target {
  readonly level: number;
  lost = 0;
  readonly #path: string;
  readonly #runAs: User | null;
  /** Whether it is a standard stream, whose descriptor this class neither opens nor closes. */
  readonly #isStream: boolean;
  #fd: number;
  /** The number of records lost since the last one that was written, and the reason. */
  #gap = 0;
  #lastError = '';
  /** Whether the file ends within a record. */
  #torn = false;

  constructor({ path, level }: EventLogFile, directory: string, mayLack: boolean, runAs: User | null) {
    this.#runAs = runAs;
    this.level = level;
    this.#isStream = path === 'STDOUT' || path === 'STDERR';
    this.#path = resolve(directory, path);
    try {
      this.#fd = this.#isStream ? (path === 'STDOUT' ? 1 : 2) : openForAppend(this.#path, runAs);
    } catch (error) {
      if (!mayLack) throw error;
      this.#fd = MISSING;
      this.#lastError = describeReason(error);
    }
  }

  /** Why the last record was not written, or null. */
  get problem(): string | null {
    const isGood = this.#gap === 0 && this.#fd !== MISSING;
    return isGood ? null : `cannot write the event log ${this.#path}: ${this.#lastError}`;
  }

  /** A full disk or a closed reader loses the record but never stops the manager. */
  write(line: string): void {
    const gap = this.#gap > 0 ? `(${this.#gap} records lost: ${this.#lastError})\n` : '';
    const bytes = Buffer.from(`${this.#torn ? '\n' : ''}${gap}${line}\n`);
    let done = 0;
    try {
      if (this.#fd === MISSING) this.#fd = openForAppend(this.#path, this.#runAs);
      while (done < bytes.length) done += writeSync(this.#fd, bytes, done);
      this.#gap = 0;
      this.#torn = false;
    } catch (error) {
      this.#lastError = describeReason(error);
      this.#gap += 1;
      this.lost += 1;
      if (done > 0) this.#torn = true;
    }
  }

  /** Opens the new file before closing the old one, so that one is always open. */
  reopen(): string | null {
    if (this.#isStream) return null;
    try {
      const fd = openForAppend(this.#path, this.#runAs);
      this.close();
      this.#fd = fd;
      this.#torn = false;
      return null;
    } catch (error) {
      return `cannot reopen the event log ${this.#path}: ${describeReason(error)}`;
    }
  }

  close(): void {
    if (this.#isStream || this.#fd === MISSING) return;
    try {
      closeSync(this.#fd);
    } catch {
      // Some file systems report a full disk only on close; the descriptor is closed anyway.
    }
  }
}

/** O_NONBLOCK: opening a FIFO without a reader must fail instead of blocking the manager. */
function openForAppend(path: string, user: User | null): number {
  return openTrusted(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, { mode: null, owner: null, user });
}

/** The level's name in Python's logging. */
function shownName(level: LevelName): string {
  return level === 'warn' ? 'WARNING' : level.toUpperCase();
}

/** Keeps a record on one line: newlines become `\n`, other control characters except TAB become `\x1b` and so on. */
function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters must be matched here
  return text.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, character => {
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
