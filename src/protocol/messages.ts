import type { LaunchOrder, Refresh } from './launch-order';
import type { ExitRecord } from './outcomes';

/*
 * What client and manager say to each other; docs/protocol.rst is its description.
 * One request per line. A line that begins with `{` is JSON-RPC 2.0, every other one is zdaemon's (reference: zdaemon
 * 5.2 and, for `help` and `exit`, 2.0). What comes from the other side is parsed and checked, never evaluated.
 */

/** The layout of `status --json`; raised when a field changes its meaning or goes. */
export const STATUS_SCHEMA = 1;
/** Bytes of a request, as in zdaemon. */
export const LONGEST_REQUEST = 10_000;

export type ProgramState = 'idle' | 'starting' | 'running' | 'backoff' | 'stopping' | 'restarting';

/** The manager's answer to `status`; times are seconds since 1970 unless said otherwise. */
export interface StatusReport {
  schema: number;
  state: ProgramState;
  wanted: 'up' | 'down';
  /** The program's, null while it is down. */
  pid: number | null;
  managerPid: number;
  /** The last start, null before the first. */
  since: number | null;
  /** Seconds the program has been up, on a clock that is never stepped; null while it is down. */
  uptime: number | null;
  /** Starts after the first one. */
  restarts: number;
  /** Quick ends in a row. */
  backoff: number;
  backoffLimit: number;
  nextAttempt: number | null;
  testing: boolean;
  adopted: boolean;
  lastExit: ExitRecord | null;
  /** The file that is run, and its argv. */
  file: string;
  args: string[];
  transcript: string;
  /** Bytes of output that could not be written. */
  transcriptLost: number;
  /** Bytes of output that wait in memory because they cannot be written. */
  transcriptHeld: number;
  /** What is wrong with the transcript at present. */
  transcriptError: string | null;
  /** What is wrong with the control socket, null when nothing is. */
  socketError: string | null;
  /** The last lines the program said, where they were asked for. */
  lines?: string[];
  now: number;
  version: string;
}

/** The part of it that zdaemon's text protocol has words for. */
export type BriefReport = Pick<
  StatusReport,
  | 'state'
  | 'wanted'
  | 'pid'
  | 'managerPid'
  | 'since'
  | 'backoff'
  | 'backoffLimit'
  | 'nextAttempt'
  | 'testing'
  | 'file'
  | 'args'
  | 'now'
>;

export type Method =
  | 'status'
  | 'start'
  | 'stop'
  | 'restart'
  | 'kill'
  | 'wait'
  | 'reopen_transcript'
  | 'upgrade'
  | 'exit';

export interface StartParams {
  refresh?: Refresh;
  /** Wait through failed attempts until one holds or the manager gives up (zdaemon's way). */
  patient?: boolean;
}

/** Parameters of `upgrade`: what is to take over. */
export interface UpgradeParams {
  /** Absolute paths of Node and of the manager's file. */
  execPath: string;
  script: string;
  /** The settings as they are now; absent: the ones the manager has. */
  order?: LaunchOrder;
}

export type Reply =
  | { jsonrpc: '2.0'; id: number | string | null; result: unknown }
  | { jsonrpc: '2.0'; id: number | string | null; error: { code: number; message: string } };

/** JSON-RPC 2.0's own codes, and one of ours. */
export const RpcError = {
  parse: -32700,
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParams: -32602,
  failed: -32000,
} as const;
