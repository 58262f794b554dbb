import { type SavedState, STATE_VERSION } from './saved-state';

/* Checks state.json: only the manager should write it, but files can be truncated, copied and edited. */

/**
 * Checks the content of a state file.
 *
 * @param state as parsed
 * @param folder its folder, without symlinks; a copied folder still describes the original's program
 * @returns the problem, or null
 */
export function findProblem(state: unknown, folder: string): string | null {
  if (!isRecord(state) || typeof state.version !== 'number') return 'it is not from zd';
  if (state.version > STATE_VERSION)
    return `it has version ${state.version}, but this zd reads only up to version ${STATE_VERSION}`;
  const faulty = Object.entries(checks).find(([field, isGood]) => !isGood(state[field]));
  if (faulty) return `its "${faulty[0]}" is missing or wrong`;
  const { stateFolder } = state.order as { stateFolder: string };
  return stateFolder === folder ? null : `it belongs to ${stateFolder}`;
}

const checks: { [Field in keyof Required<Omit<SavedState, 'version'>>]: (value: unknown) => boolean } = {
  manager: isIdentity,
  program: value => value === null || (isIdentity(value) && isSavedProgram(value)),
  spawning: value => value === undefined || value === null || Number.isFinite(value),
  ready: value => value === undefined || typeof value === 'boolean',
  readiness: value => value === undefined || isReadiness(value),
  input: value => value === undefined || value === 'open' || value === 'ended',
  leftovers: value => Array.isArray(value) && value.every(isPid),
  savedAt: value => value === undefined || Number.isFinite(value),
  life: value => value === undefined || isRecord(value),
  keeper: value => value === undefined || isIdentity(value),
  starts: value => Number.isSafeInteger(value) && (value as number) >= 0,
  wanted: value => value === 'up' || value === 'down',
  lastExit: value => value === null || isExitRecord(value),
  outcome: value => value === undefined || isDownRecord(value),
  failedStart: value => value === undefined || typeof value === 'string',
  asked: value => value === undefined || isAsked(value),
  timetable: value => value === undefined || isTimetable(value),
  ends: isCountOrAbsent,
  events: isCountOrAbsent,
  deliveries: value => value === undefined || (Array.isArray(value) && value.every(isDelivery)),
  order: isOrder,
};

function isReadiness(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { held, output } = value;
  const areTexts = Array.isArray(held) && held.every(one => typeof one === 'string');
  return areTexts && Array.isArray(output) && output.every(Number.isFinite);
}

function isDelivery(value: unknown): boolean {
  return isRecord(value) && Number.isSafeInteger(value.missed) && isRecord(value.event);
}

function isCountOrAbsent(value: unknown): boolean {
  return value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0);
}

function isTimetable(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { skipped, reference } = value;
  return Number.isSafeInteger(skipped) && (reference === null || Number.isFinite(reference));
}

function isSavedProgram(value: unknown): boolean {
  return isRecord(value) && typeof value.file === 'string' && Number.isFinite(value.startedAt);
}

function isExitRecord(value: unknown): boolean {
  if (!isRecord(value) || !Array.isArray(value.lines ?? [])) return false;
  const isNumberOrNull = (part: unknown) => part === null || Number.isFinite(part);
  return [value.code, value.signal].every(isNumberOrNull) && [value.at, value.uptime].every(Number.isFinite);
}

function isAsked(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { end, signalled } = value;
  const isEnd = end === undefined || (isRecord(end) && typeof end.by === 'string');
  return isEnd && (signalled === undefined || (isRecord(signalled) && Number.isFinite(signalled.at)));
}

function isDownRecord(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { outcome, by, user, at, inARow, reason } = value;
  const isTextOrNull = (part: unknown) => part === null || typeof part === 'string';
  return (
    [outcome, by].every(part => typeof part === 'string') &&
    [user, reason].every(isTextOrNull) &&
    (at === null || Number.isFinite(at)) &&
    Number.isFinite(inARow)
  );
}

/** `readOrder` checks the other fields. */
function isOrder(value: unknown): boolean {
  if (!isRecord(value) || typeof value.version !== 'number') return false;
  const { args, environment, socket, stateFolder } = value;
  const areWords = (words: unknown) => Array.isArray(words) && words.every(word => typeof word === 'string');
  return areWords(args) && isRecord(environment) && areWords([socket, stateFolder]);
}

function isIdentity(value: unknown): boolean {
  return (
    isRecord(value) &&
    isPid(value.pid) &&
    typeof value.startTime === 'string' &&
    typeof value.bootId === 'string'
  );
}

/** 0, 1 and negative numbers have another meaning in kill(2). */
function isPid(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 1 && (value as number) < 2 ** 31;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
