import type { CallerParams } from './messages';

/** The most bytes of one `send`, as much as a pipe of Linux holds; on a shared socket, a request has room for less. */
export const MOST_SENT = 64 * 1024;

/** Parameters of `send`. */
export interface SendParams extends CallerParams {
  /** In base64: what is sent need not be UTF-8. */
  data: string;
  /** The Enter key follows: a newline, or what a console has for it. */
  enter?: boolean;
  /** The end of the input follows, once everything else was taken. */
  eof?: boolean;
  /** The keys of a terminal are sent, for which the program needs one. */
  keys?: boolean;
  /** Only to the process with this pid. */
  pid?: number;
  /** The visitor that types; see `attach`. */
  visitor?: number;
}

/** Why a program did not take everything. */
export type SendRefusal =
  /** No program is running, or not that one. */
  | 'down'
  /** Its standard input is not `control`, and it has no console. */
  | 'none'
  /** It has no console, for keys. */
  | 'no console'
  /** Its input was ended with `eof`. */
  | 'ended'
  /** It has closed its standard input. */
  | 'closed'
  /** It does not read. */
  | 'full'
  /** Another manager is taking over: to be sent to that one. */
  | 'moved';

/** The reply to `send`. */
export interface SendReply {
  /** Bytes of the data and of Enter that were taken. */
  sent: number;
  pid: number | null;
  /** Absent if everything was taken. */
  refused?: SendRefusal;
}
