import { isScreenSize } from './console';
import { isEnd } from './history';
import type { Method } from './messages';

/*
 * Checks what came back over a socket before anything is done or said because of it: whoever listens there may be
 * anybody, and even a manager may be of another version.
 */

/**
 * @param method of the request
 * @param result as parsed from JSON
 * @returns whether it has the shape of the manager's answer; fields that zd 0.1 does not send may be absent
 */
export function isResult(method: Method, result: unknown): boolean {
  const check = checks[method];
  return check === undefined || (isRecord(result) && check(result));
}

type Fields = Record<string, unknown>;

const checks: Partial<Record<Method, (result: Fields) => boolean>> = {
  status: isStatus,
  history: ({ ends }) => Array.isArray(ends) && ends.every(isEnd),
  subscribe: isStatus,
  start: isStart,
  restart: isStart,
  stop: ({ outcome, reason, leaves }) =>
    ['stopped', 'already', 'cancelled', 'failed', 'stopping'].includes(outcome as string) &&
    isAbsentOr(isText)(reason) &&
    isAbsentOr(isFlag)(leaves),
  upgrade: ({ managerPid }) => isPid(managerPid),
  output: result => isPid(result.managerPid) && (isRead(result) || isPiece(result)),
  attach: ({ managerPid, visitor, terminal, takesLines, size, isWhole, bytes }) =>
    isPid(managerPid) &&
    isNumber(visitor) &&
    [terminal, takesLines, isWhole].every(isFlag) &&
    isAbsentOr(isScreenSize)(size) &&
    isText(bytes),
  kill: ({ sent }) => isFlag(sent),
  send: ({ sent, pid, refused }) => isNumber(sent) && isAbsentOr(isPid)(pid) && isAbsentOr(isText)(refused),
  reload: ({ reloaded, pid, signal }) =>
    isFlag(reloaded) && isAbsentOr(isPid)(pid) && isAbsentOr(isNumber)(signal),
};

const isPiece = ({ from, to, bytes }: Fields) => [from, to].every(isNumber) && isText(bytes);

/** The reply to `output` with `lines`. */
function isRead({ n, lines, isWhole }: Fields): boolean {
  const isLine = (line: unknown) => isRecord(line) && [line.text, line.bytes].some(isText);
  return isNumber(n) && isFlag(isWhole) && Array.isArray(lines) && lines.every(isLine);
}

function isStatus(result: Fields): boolean {
  return Object.entries(status).every(([field, check]) => check(result[field]));
}

const isMissing = (value: unknown) => value === undefined || value === null;
const isAbsentOr = (check: (value: unknown) => boolean) => (value: unknown) =>
  isMissing(value) || check(value);
const isText = (value: unknown) => typeof value === 'string';
const isFlag = (value: unknown) => typeof value === 'boolean';
const isNumber = (value: unknown) => Number.isFinite(value);
const areTexts = (value: unknown) => Array.isArray(value) && value.every(isText);

const status: Record<string, (value: unknown) => boolean> = {
  state: isText,
  wanted: value => value === 'up' || value === 'down',
  pid: isAbsentOr(isPid),
  managerPid: isPid,
  keeperPid: isAbsentOr(isPid),
  since: isAbsentOr(isNumber),
  nextAttempt: isAbsentOr(isNumber),
  nextRun: isAbsentOr(isNumber),
  skipped: isAbsentOr(isNumber),
  step: isAbsentOr(isText),
  isLast: isAbsentOr(isFlag),
  backoff: isNumber,
  backoffLimit: isNumber,
  givesUpAfter: isAbsentOr(isNumber),
  testing: isFlag,
  waitingFor: isAbsentOr(isText),
  programStatus: isAbsentOr(isText),
  aliveError: isAbsentOr(isText),
  lastExit: isAbsentOr(isExit),
  file: isText,
  args: areTexts,
  source: isAbsentOr(isSource),
  transcript: isText,
  transcriptLost: isAbsentOr(isNumber),
  transcriptProgram: isAbsentOr(isTranscriptProgram),
  transcriptHeld: isAbsentOr(isNumber),
  transcriptError: isAbsentOr(isText),
  socketError: isAbsentOr(isText),
  eventLogError: isAbsentOr(isText),
  suspended: isAbsentOr(isFlag),
  killAt: isAbsentOr(isNumber),
  stopStep: isAbsentOr(isText),
  lines: isAbsentOr(areTexts),
  running: isAbsentOr(isRunning),
  outcome: isAbsentOr(isText),
  at: isAbsentOr(isNumber),
  by: isAbsentOr(isText),
  user: isAbsentOr(isText),
  inARow: isAbsentOr(isNumber),
  reason: isAbsentOr(isText),
  crashes: isAbsentOr(isNumber),
  ready: isAbsentOr(isFlag),
  notReady: isAbsentOr(isText),
  readyAfter: isAbsentOr(isNumber),
  startedBy: value => isMissing(value) || (isRecord(value) && isText(value.by) && isCause(value)),
  lastEvent: isAbsentOr(isNumber),
  now: isNumber,
};

function isRunning(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { settings, environment, eventLog } = value;
  const areVariables = (given: unknown) => isRecord(given) && Object.values(given).every(isText);
  return isRecord(settings) && isAbsentOr(areVariables)(environment) && isAbsentOr(isEventLog)(eventLog);
}

function isEventLog(value: unknown): boolean {
  if (!isRecord(value) || !isNumber(value.level) || !Array.isArray(value.files)) return false;
  const areFiles = value.files.every(
    file => isLogTarget(file) && isText(file.path) && isAbsentOr(isRecord)(file.rotation),
  );
  const { handlers = [] } = value;
  return areFiles && Array.isArray(handlers) && handlers.every(isLogHandler);
}

/** Those of a later zd may have other types. */
function isLogHandler(value: unknown): boolean {
  if (!isLogTarget(value)) return false;
  const { type, facility, url, method, to } = value;
  if (type === 'syslog') return isText(facility);
  if (type === 'http') return isText(url) && isText(method);
  return type === 'mail' ? areTexts(to) : isText(type);
}

function isLogTarget(value: unknown): value is Fields {
  return isRecord(value) && isNumber(value.level) && isAbsentOr(isRecord)(value.format);
}

function isSource(value: unknown): boolean {
  return isRecord(value) && isAbsentOr(isText)(value.file) && areTexts(value.flags);
}

function isTranscriptProgram(value: unknown): boolean {
  return isRecord(value) && areTexts(value.command) && isAbsentOr(isPid)(value.pid);
}

function isExit(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { pid, at, uptime, code, signal, lines } = value;
  return (
    isCause(value) &&
    [pid, at, uptime].every(isNumber) &&
    [code, signal].every(isAbsentOr(isNumber)) &&
    isAbsentOr(areTexts)(lines)
  );
}

function isCause({ by, user }: Fields): boolean {
  return [by, user].every(isAbsentOr(isText));
}

function isStart({ outcome, pid, reason, lines, retry, at }: Fields): boolean {
  if (outcome === 'scheduled') return isNumber(at);
  if (outcome === 'started' || outcome === 'already') return isPid(pid);
  if (outcome === 'failed') return isText(reason) && areTexts(lines) && isFlag(retry);
  if (outcome === 'timeout') return isPid(pid) && isText(reason) && areTexts(lines);
  return outcome === 'cancelled';
}

/** 0, 1 and negative numbers have another meaning in kill(2). */
function isPid(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 1 && (value as number) < 2 ** 31;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
