import type { EventLogSettings, LaunchSettings, RefreshableSettings } from '../settings/settings';
import type { StartOutcome } from './outcomes';

/** Raised with every change of the order that an older manager would misread. */
export const ORDER_VERSION = 2;

/**
 * All a new manager is told, as one line of JSON over the handshake pipe: it reads no configuration file itself.
 * Paths are absolute, except for those of the program's streams, which are relative to `directory` (zdaemon).
 */
export interface LaunchOrder {
  version: number;
  /**
   * `start`: bring the program up. `adopt`: only adopt a program that runs without its manager, leave when there is
   * none. `succeed`: take over from the manager that launched this one, which holds socket and transcript until `go`.
   */
  purpose: 'start' | 'adopt' | 'succeed';
  socket: string;
  stateFolder: string;
  /** The caller's working folder, where a relative program is looked up if it is not in `directory`. */
  startDirectory: string;
  /** Words added on the command line of `start`. */
  args: string[];
  environment: Record<string, string>;
  eventLog: EventLogSettings | null;
  settings: LaunchSettings;
  /** `daemon off`: the manager stays in the foreground and the program keeps the terminal. */
  attached: boolean;
  /** See `StartParams.patient`. */
  patient: boolean;
  firstStartMustHold: boolean;
  /** This manager replaced one that had met an unexpected error; it will not replace itself again. */
  replacement: boolean;
}

/** What `start` and `restart` may change in a living manager; absent fields stay as they are. */
export type Refresh = Partial<RefreshableSettings & Pick<LaunchOrder, 'args' | 'environment'>>;

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

/** The command line of the program, with the words that were added to it. */
export function programWords({ settings, args }: Pick<LaunchOrder, 'settings' | 'args'>): string[] {
  return [...settings.program, ...args];
}

/** Applies a refresh to an order. */
export function applyRefresh(order: LaunchOrder, { args, environment, ...settings }: Refresh): LaunchOrder {
  return {
    ...order,
    args: args ?? order.args,
    environment: environment ?? order.environment,
    settings: { ...order.settings, ...settings },
  };
}

/** JSON without a byte over 127, so that a reader may cut it anywhere. */
export function toAscii(order: LaunchOrder): string {
  return JSON.stringify(order).replace(
    /[\u0080-\uffff]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
