import { isUtf8 } from 'node:buffer';

/*
 * The output of the program line by line, as notifications on the socket; see `output` in docs/protocol.rst.
 */

/** Readers at the same time. */
export const MOST_READERS = 64;
/** Bytes of a line; a longer one comes in pieces. */
export const LONGEST_LINE = 64 << 10;

/** A line without its newline, or a piece of one. */
export interface OutputLine {
  bytes: Buffer;
  /** Whether the next one continues this line. */
  isPart: boolean;
  /** Whether it is from the file of `stderr-transcript`. */
  isError: boolean;
}

/** Parameters of `output`: with `lines`, notifications follow. */
export interface ReadParams {
  /** At most so many lines of the output before. */
  lines: number;
}

/** A line as it is sent: as text if it is UTF-8, else in base64. Flags that are false are absent. */
export interface SentLine {
  text?: string;
  bytes?: string;
  more?: boolean;
  stderr?: boolean;
}

/** The reply to `output` with `lines`. */
export interface ReadReply {
  managerPid: number;
  /** The number of the last line; the next one has the number that follows. */
  n: number;
  /** The lines before, oldest first; they have no numbers. */
  lines: SentLine[];
  /** Whether there was nothing before `lines`. */
  isWhole: boolean;
}

/** The `params` of a notification `line`. */
export type LineNotice = ({ n: number } & OutputLine) | { dropped: number };

/** The fields of a line. */
export function encodeLine({ bytes, isPart, isError }: OutputLine): SentLine {
  return {
    ...(isUtf8(bytes) ? { text: bytes.toString('utf8') } : { bytes: bytes.toString('base64') }),
    ...(isPart ? { more: true } : {}),
    ...(isError ? { stderr: true } : {}),
  };
}

/** @param value as parsed from JSON. @returns null if it is not a line */
export function decodeLine(value: unknown): OutputLine | null {
  const { text, bytes, more, stderr } = (value ?? {}) as Record<string, unknown>;
  const flags = { isPart: more === true, isError: stderr === true };
  if (typeof text === 'string') return { bytes: Buffer.from(text, 'utf8'), ...flags };
  return typeof bytes === 'string' ? { bytes: Buffer.from(bytes, 'base64'), ...flags } : null;
}

/** A notification of JSON-RPC 2.0, with its newline. */
export function formatLine(n: number, line: OutputLine): string {
  return formatNotice({ n, ...encodeLine(line) });
}

/** The same in place of lines for which a reader had no room. */
export function formatDropped(dropped: number): string {
  return formatNotice({ dropped });
}

/**
 * Reads a line of the socket that follows the reply to `output`.
 *
 * @returns the notice, or null for any other line
 */
export function readLine(text: string): LineNotice | null {
  try {
    const { method, params } = JSON.parse(text) as { method?: unknown; params?: Record<string, unknown> };
    if (method !== 'line' || !params) return null;
    const { n, dropped } = params;
    if (Number.isSafeInteger(dropped)) return { dropped: dropped as number };
    const line = decodeLine(params);
    return line && Number.isSafeInteger(n) ? { n: n as number, ...line } : null;
  } catch {
    return null;
  }
}

function formatNotice(params: object): string {
  return `${JSON.stringify({ jsonrpc: '2.0', method: 'line', params })}\n`;
}
