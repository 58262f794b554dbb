import type { By, ExitRecord } from './outcomes';

/** Ends that are kept. */
export const MOST_ENDS = 50;

/** One end of the program, in a line of the history. What cannot be known is absent. */
export interface EndRecord {
  /** Counts the ends of this program, over managers. */
  n: number;
  /** When it was noticed, in seconds since 1970. */
  at: number;
  /** Absent if it could not be run. */
  pid?: number;
  /** Seconds. */
  uptime?: number;
  /** The exit code, or the number of the signal that killed it. */
  code?: number;
  signal?: number;
  /** Whether the system wrote a core. */
  core?: true;
  by: By;
  /** More about it in words: `812 MB`, `no such file`. */
  reason?: string;
  /** The user who asked, as the client says. */
  user?: string;
  /** The step of a round. */
  step?: string;
  /** Bytes and seconds that the program and its descendants were last seen to use, if a setting samples that. */
  memory?: number;
  cpu?: number;
  /** Its last lines of output. */
  lines: string[];
}

/** The result of `history`, oldest first. */
export interface HistoryReply {
  ends: EndRecord[];
}

/** The end that a record of an exit describes; null if an earlier zd wrote it, which did not count. */
export function endOf(exit: ExitRecord): EndRecord | null {
  const { n, at, pid, uptime, code, signal, core, by, reason, user, step, memory, cpu, lines } = exit;
  if (n === undefined) return null;
  const known = {
    n,
    at,
    pid,
    uptime,
    code,
    signal,
    core,
    by: by ?? 'unknown',
    reason,
    user,
    step,
    memory,
    cpu,
  };
  const isKnown = ([, value]: [string, unknown]) => value !== null && value !== undefined;
  return { ...Object.fromEntries(Object.entries(known).filter(isKnown)), lines } as EndRecord;
}

/** Joins what is in the file with what may not be in it yet. @returns the last ends, each once, oldest first */
export function joinEnds(written: readonly EndRecord[], pending: readonly EndRecord[]): EndRecord[] {
  const all = new Map([...written, ...pending].map(end => [end.n, end]));
  return [...all.values()].sort((one, other) => one.n - other.n).slice(-MOST_ENDS);
}

/**
 * Whether something read from a file or a socket is an end.
 *
 * @param value as parsed
 */
export function isEnd(value: unknown): value is EndRecord {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(checks).every(([field, check]) => check((value as Record<string, unknown>)[field]));
}

const isNumber = (value: unknown) => Number.isFinite(value);
const isText = (value: unknown) => typeof value === 'string';
const isAbsentOr = (check: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || check(value);

const checks: { [Field in keyof Required<EndRecord>]: (value: unknown) => boolean } = {
  n: value => Number.isSafeInteger(value) && (value as number) > 0,
  at: isNumber,
  pid: isAbsentOr(isNumber),
  uptime: isAbsentOr(isNumber),
  code: isAbsentOr(isNumber),
  signal: isAbsentOr(isNumber),
  core: isAbsentOr(value => value === true),
  by: isText,
  reason: isAbsentOr(isText),
  user: isAbsentOr(isText),
  step: isAbsentOr(isText),
  memory: isAbsentOr(isNumber),
  cpu: isAbsentOr(isNumber),
  lines: value => Array.isArray(value) && value.every(isText),
};
