import { type LevelName, levelNumbers } from '../settings/event-log-levels';
import type { EventLogFile, EventLogSettings } from '../settings/event-log-settings';
import { type Clock, formatLocalTime } from '../system/clock';
import { describeReason, UserError } from '../system/errors';
import type { User } from '../system/users';
import type { EventLog, LogRecord, Receiver } from './log/record';
import { type FileExtras, Target } from './log/target';

export type { EventLog } from './log/record';

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
  /** The daemon's name, for handlers. */
  name?: string;
  /** Where handlers look for their commands. */
  path?: string | undefined;
}

const RECENT_RECORDS = 20;

/**
 * Opens the manager's own log (zdaemon's eventlog section). Without a format, the layout of the records is zd's, in local
 * time: `2026-11-20T22:46:54 INFO daemon manager started`.
 *
 * @throws UserError when a file cannot be opened
 */
export function openEventLog(options: EventLogOptions): EventLog {
  const { settings, clock } = options;
  const targets = openFiles(options);
  const write = (record: LogRecord) => {
    for (const target of targets) if (levelNumbers[record.level] >= target.level) target.write(record);
  };
  const receivers = makeReceivers(options, write);
  const outlets = () => [...targets, ...receivers];
  let recent: string[] = [];

  return {
    log(level, text) {
      const number = levelNumbers[level];
      const record = { level, time: clock.wall(), text: escapeControls(text) };
      if (number >= levelNumbers.warn) recent = [...recent, writeLine(record)].slice(-RECENT_RECORDS);
      if (settings === null || number < settings.level) return;
      write(record);
      for (const receiver of receivers) if (number >= receiver.level) receiver.take(record);
    },
    reopen: () => targets.map(target => target.reopen()).filter(problem => problem !== null),
    recent: () => recent,
    get problem() {
      return (
        outlets()
          .map(({ problem }) => problem)
          .find(problem => problem !== null) ?? null
      );
    },
    lost: () => outlets().reduce((sum, { lost }) => sum + lost, 0),
    connect(parent) {
      for (const receiver of receivers) receiver.connect(parent);
    },
    flush: () =>
      receivers.length === 0 ? null : Promise.all(receivers.map(one => one.flush())).then(() => undefined),
    close() {
      for (const target of targets.splice(0)) target.close();
      for (const receiver of receivers.splice(0)) receiver.close();
    },
  };
}

function openFiles(options: EventLogOptions): Target[] {
  const { settings, clock, directory = '.', mayLack = false, runAs: user = null } = options;
  const targets: Target[] = [];
  const began = clock.wall();
  for (const file of settings?.files ?? []) {
    try {
      targets.push(new Target(file, { directory, mayLack, user, extras: makeExtras(file, began) }));
    } catch (error) {
      for (const target of targets) target.close();
      throw new UserError(`cannot open the event log ${file.path}: ${describeReason(error)}`);
    }
  }
  return targets;
}

function makeExtras(file: EventLogFile, began: number): FileExtras {
  const { rotation } = file;
  const isPlain = file.format === undefined && file.dateFormat === undefined;
  return {
    render: isPlain ? writeLine : loadBundle().makeFileRenderer(file, began),
    rotation: rotation ? loadBundle().makeRotation(rotation) : null,
  };
}

/** @param write takes what is to be known of the handlers themselves */
function makeReceivers(
  { settings, clock, name = 'zd', path }: EventLogOptions,
  write: (record: LogRecord) => void,
): Receiver[] {
  const handlers = settings?.handlers ?? [];
  if (handlers.length === 0) return [];
  const report = (text: string) => write({ level: 'warn', time: clock.wall(), text: escapeControls(text) });
  return loadBundle().makeReceivers(handlers, { clock, name, path, report });
}

/** Loaded for a log with formats, rotation or handlers only. */
function loadBundle(): typeof import('./log/bundle') {
  return require('./log/bundle') as typeof import('./log/bundle');
}

function writeLine({ level, time, text }: LogRecord): string {
  return `${formatLocalTime(time)} ${shownName(level)} ${text}`;
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
