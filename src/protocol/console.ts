/*
 * What a manager and those who visit the program's console send each other, beside `send`; see docs/protocol.rst.
 */

/** The size of a terminal, in characters. */
export interface ScreenSize {
  rows: number;
  columns: number;
}

/** Parameters of `attach`. */
export interface AttachParams {
  /** Of the visitor's terminal. */
  size?: ScreenSize;
  /** Whether the visitor is going to type: then the program's terminal gets that size, until another one types. */
  types: boolean;
}

/** The reply to `attach`; output and events follow as notifications. */
export interface AttachReply {
  managerPid: number;
  /** The number of the visitor, for `resize` and `send`. */
  visitor: number;
  /** Whether the program runs on a pseudo-terminal. */
  terminal: boolean;
  /** Whether `send` reaches the program without one, too. */
  takesLines: boolean;
  /** Of the program's terminal before the visit; null if it is unknown. */
  size: ScreenSize | null;
  /** Whether `bytes` are everything since the manager began. */
  isWhole: boolean;
  /** The last output, in base64. */
  bytes: string;
}

/** Parameters of `resize`. */
export interface ResizeParams {
  visitor: number;
  size: ScreenSize;
  /** Have the program draw its screen again, even if the size is the same. */
  redraw?: boolean;
}

/** The `params` of a notification `output`. */
export type OutputNotice =
  /** What the program has written just now, in base64. */
  | { bytes: string }
  /** So many bytes were not read in time and are left out; these are the last ones. */
  | { dropped: number; bytes: string }
  /** The program's terminal has another size. */
  | { size: ScreenSize };

/** The most rows and columns of a terminal. */
export const LARGEST_SCREEN = 1000;

/** A notification of JSON-RPC 2.0, with its newline. */
export function formatOutput(params: OutputNotice): string {
  return `${JSON.stringify({ jsonrpc: '2.0', method: 'output', params })}\n`;
}

/**
 * Reads a line that follows the reply to `attach`.
 *
 * @returns the notice, or null for any other line
 */
export function readOutput(line: string): OutputNotice | null {
  try {
    const { method, params } = JSON.parse(line) as { method?: unknown; params?: Record<string, unknown> };
    if (method !== 'output' || !params) return null;
    const { bytes, dropped, size } = params;
    if (typeof bytes === 'string') {
      if (dropped === undefined) return { bytes };
      return Number.isSafeInteger(dropped) ? { dropped: dropped as number, bytes } : null;
    }
    return isScreenSize(size) ? { size } : null;
  } catch {
    return null;
  }
}

/** @param value as parsed from JSON */
export function isScreenSize(value: unknown): value is ScreenSize {
  const { rows, columns } = (value ?? {}) as Record<string, unknown>;
  return [rows, columns].every(
    one => Number.isInteger(one) && (one as number) > 0 && (one as number) <= LARGEST_SCREEN,
  );
}
