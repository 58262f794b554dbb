import type { EventLogSettings } from '../settings/settings';
import type { TranscriptSettings } from '../settings/transcript-settings';
import type { StartOutcome } from './outcomes';

/**
 * All a new manager is told, as one line of JSON over the handshake pipe: it reads no configuration file itself.
 * Paths are absolute, but for `transcript`, which is relative to `directory` (zdaemon). Times in seconds.
 */
export interface LaunchOrder {
  version: number;
  /**
   * `start`: have the program up. `adopt`: only take back a program that runs without its manager, leave when there is
   * none. `succeed`: take over from the manager that started us, which holds socket and transcript until it says go.
   */
  purpose: 'start' | 'adopt' | 'succeed';
  socket: string;
  /** Permission bits of the socket, and its group's number. */
  socketMode: number;
  socketGroup: number | null;
  stateFolder: string;
  /** The caller's working folder: what a relative program is looked up in when `directory` does not hold it. */
  startDirectory: string;
  directory: string | null;
  user: string | null;
  umask: number;
  program: string[];
  /** Words added on the command line of `start`. */
  args: string[];
  environment: Record<string, string>;
  eventLog: EventLogSettings | null;
  transcript: string;
  output: TranscriptSettings;
  backoffLimit: number;
  forever: boolean;
  exitCodes: number[];
  startTestProgram: string[] | null;
  startTimeout: number;
  startSeconds: number;
  stopTimeout: number;
  hangAround: boolean;
  /** `daemon off`: the manager stays in the foreground and the program keeps the terminal. */
  attached: boolean;
  /** See `StartParams.patient`. */
  patient: boolean;
  firstStartMustHold: boolean;
  /** This manager replaced one that had met an unexpected error; it will not replace itself again. */
  replacement: boolean;
}

/** What `start` and `restart` may change in a living manager; absent fields stay as they are. */
export type Refresh = Partial<
  Pick<
    LaunchOrder,
    | 'program'
    | 'args'
    | 'environment'
    | 'backoffLimit'
    | 'forever'
    | 'exitCodes'
    | 'startTestProgram'
    | 'startTimeout'
    | 'startSeconds'
    | 'stopTimeout'
    | 'hangAround'
  >
>;

/** Where a launch can fail before there is a program. */
export type Stage =
  | 'lock'
  | 'directory'
  | 'user'
  | 'transcript'
  | 'event log'
  | 'socket'
  | 'program'
  | 'manager';

/** What a new manager answers its launcher: how the start went, or where it stopped. */
export type LaunchOutcome =
  | StartOutcome
  | { outcome: 'refused'; stage: Stage; reason: string; status: number };

/** A line over the handshake pipe; a successor says that it could take over, and that it has. */
export type Handshake = LaunchOutcome | { outcome: 'ready' | 'took over' };

/** The descriptor the handshake pipe has in the manager. */
export const HANDSHAKE_FD = 3;

/** JSON without a byte over 127, so that a reader may cut it anywhere. */
export function toAscii(order: LaunchOrder): string {
  return JSON.stringify(order).replace(
    /[\u0080-\uffff]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
