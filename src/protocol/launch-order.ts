import { resolve } from 'node:path';
import { commandOf } from '../settings/schedule/what-runs';
import type { EventLogSettings, LaunchSettings, RefreshableSettings } from '../settings/settings';
import { CONTROL } from '../settings/values';
import type { StartOutcome } from './outcomes';

/** Incremented with every change of the order that an older manager would misread. */
export const ORDER_VERSION = 2;

/** Which configuration an order was written for. */
export interface Source {
  /** The absolute path of the file as it was named; null for a command line without one. */
  file: string | null;
  /** The keys of the settings that the command line gave. */
  flags: string[];
  /** The absolute paths of the files that it includes; absent if there are none, or if `watch-config` is off. */
  includes?: string[];
  /** The program's name in a file that has more than one; absent for a file with one program. */
  member?: string;
  /** How that file is read, if its content does not say it. */
  reader?: Reader;
}

/** What the command line said of a file of another system. */
export interface Reader {
  format?: string;
  runsIt?: true;
  variant?: string;
}

/** The options that name the file of a source, as they were on the command line. */
export function fileWords({ file, reader = {} }: Pick<Source, 'file' | 'reader'>): string[] {
  const { format, runsIt, variant } = reader;
  return [
    '-C',
    file ?? '',
    ...(format === undefined ? [] : ['--format', format]),
    ...(runsIt ? ['--run-it'] : []),
    ...(variant === undefined ? [] : ['--env', variant]),
  ];
}

/**
 * Everything that a new manager needs, as one line of JSON over the handshake pipe; it reads no configuration file. Paths
 * are absolute.
 */
export interface LaunchOrder {
  version: number;
  /**
   * `start`: bring the program up. `adopt`: only adopt an orphan, and exit if there is none. `succeed`: take over from
   * the manager that launched this one, which keeps the socket and the transcript until `go`.
   */
  purpose: 'start' | 'adopt' | 'succeed';
  socket: string;
  stateFolder: string;
  /**
   * The folder of the configuration file, or the caller's: where a relative program is looked up if it is not in
   * `directory`, and where it runs without one.
   */
  startDirectory: string;
  /** The program's arguments from the command line of `start`. */
  args: string[];
  environment: Record<string, string>;
  eventLog: EventLogSettings | null;
  settings: LaunchSettings;
  /** Absent in the orders of zd 0.1. */
  source?: Source;
  /**
   * Keeper and manager stay root, and only what they spawn becomes the user of the settings. Absent in orders of an
   * earlier zd, and where there is no such user.
   */
  staysRoot?: boolean;
  /** `daemon off`: the manager stays in the foreground and the program keeps the terminal. */
  attached: boolean;
  /** The name of the user who asked for it, as the client says; absent in orders of an earlier zd. */
  caller?: string;
  /** The daemon's name, for ps(1); absent in orders of an earlier zd. */
  name?: string;
  /** See `StartParams.patient`. */
  patient: boolean;
  /** Start it for one run; see `StartParams.once`. Absent in the orders that a manager saves. */
  once?: boolean;
  /** The manager exits with the status of the program's last run; absent if it does not. */
  mirrors?: boolean;
  firstStartMustHold: boolean;
  /** This manager replaced one that failed with an unexpected error; it does not replace itself again. */
  replacement: boolean;
}

/** What ps(1) shows of a daemon: its socket and its name. */
export function showDaemon({ socket, name }: Pick<LaunchOrder, 'socket' | 'name'>): string {
  return name === undefined ? socket : `${socket} (${name})`;
}

/** What a manager is begun with. */
export interface Launch {
  order: LaunchOrder;
  /** The caller's environment, as it was: NAME=VALUE, with bytes as in `system/bytes.ts`. */
  inherited: readonly string[];
  /** The caller's soft limit of open files, which Node raises; null if it is unknown. */
  openFiles: number | null;
}

/** What `start` and `restart` may change in a running manager; absent fields stay unchanged. */
export type Refresh = Partial<RefreshableSettings & Pick<LaunchOrder, 'args' | 'environment' | 'source'>>;

/** The stages at which a launch can fail before the program starts. */
export type Stage =
  | 'lock'
  | 'directory'
  | 'user'
  | 'transcript'
  | 'event log'
  | 'socket'
  | 'program'
  | 'manager';

/** The reply of a new manager to its launcher: the outcome of the start, or the stage at which it failed. */
export type LaunchOutcome =
  | StartOutcome
  | { outcome: 'refused'; stage: Stage; reason: string; status: number };

/** A line on the handshake pipe; a successor reports that it is ready to take over, and that it has done so. */
export type Handshake = LaunchOutcome | { outcome: 'ready' | 'took over' };

/** The manager's descriptor of the handshake pipe. */
export const HANDSHAKE_FD = 3;

/** The command line of the program, or of a step, with the added arguments. */
export function programWords({ settings, args }: Pick<LaunchOrder, 'settings' | 'args'>, step = 0): string[] {
  return [...commandOf(settings, step), ...args];
}

/** Where the program starts, and where the paths of its streams start. */
export function directoryOf({
  settings,
  startDirectory,
}: Pick<LaunchOrder, 'settings' | 'startDirectory'>): string {
  return settings.directory ?? startDirectory;
}

/** The settings with absolute paths of the program's streams, which zdaemon has in `directory`. */
export function placeStreams(order: Pick<LaunchOrder, 'settings' | 'startDirectory'>): LaunchSettings {
  const { settings } = order;
  const place = (path: string | null) => path && resolve(directoryOf(order), path);
  return {
    ...settings,
    transcript: resolve(directoryOf(order), settings.transcript),
    stderrTranscript: place(settings.stderrTranscript),
    stdin: settings.stdin === CONTROL ? CONTROL : place(settings.stdin),
    stdout: place(settings.stdout),
    pidfile: place(settings.pidfile),
  };
}

/** Applies a refresh to an order. */
export function applyRefresh(order: LaunchOrder, refresh: Refresh): LaunchOrder {
  const { args, environment, source, ...settings } = refresh;
  return {
    ...order,
    ...(source ? { source } : {}),
    args: args ?? order.args,
    environment: environment ?? order.environment,
    settings: { ...order.settings, ...settings },
  };
}

/** A launch as one line of JSON in pure ASCII, so that a reader may split it between any two bytes. */
export function writeLaunch(launch: Launch): string {
  return JSON.stringify(launch).replace(
    /[\u0080-\uffff]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
