import { type SavedState, STATE_VERSION } from './saved-state';

/* What is wrong with a state.json: nobody but the manager should write it, but files get torn, copied and edited. */

/**
 * Checks what a state file holds.
 *
 * @param state as parsed
 * @param folder where it was found, without symlinks; the copy of a folder tells of somebody else's program
 * @returns what is wrong with it, or null
 */
export function findProblem(state: unknown, folder: string): string | null {
  if (!isRecord(state) || typeof state.version !== 'number') return 'it is none of ours';
  if (state.version > STATE_VERSION)
    return `its version is ${state.version}, this zd reads up to ${STATE_VERSION}`;
  const faulty = Object.entries(checks).find(([field, isGood]) => !isGood(state[field]));
  if (faulty) return `its "${faulty[0]}" is missing or wrong`;
  const { stateFolder } = state.order as { stateFolder: string };
  return stateFolder === folder ? null : `it is that of ${stateFolder}`;
}

const checks: { [Field in keyof Required<Omit<SavedState, 'version'>>]: (value: unknown) => boolean } = {
  manager: isIdentity,
  program: value => value === null || (isIdentity(value) && isSavedProgram(value)),
  spawning: value => value === undefined || value === null || Number.isFinite(value),
  ready: value => value === undefined || typeof value === 'boolean',
  leftovers: value => Array.isArray(value) && value.every(isPid),
  starts: value => Number.isSafeInteger(value) && (value as number) >= 0,
  wanted: value => value === 'up' || value === 'down',
  lastExit: value => value === null || isExitRecord(value),
  order: isOrder,
};

function isSavedProgram(value: unknown): boolean {
  return isRecord(value) && typeof value.file === 'string' && Number.isFinite(value.startedAt);
}

function isExitRecord(value: unknown): boolean {
  if (!isRecord(value) || !Array.isArray(value.lines ?? [])) return false;
  const isNumberOrNull = (part: unknown) => part === null || Number.isFinite(part);
  return [value.code, value.signal].every(isNumberOrNull) && [value.at, value.uptime].every(Number.isFinite);
}

/** The rest of it is checked by `readOrder`. */
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

/** 0, 1 and negative numbers would make kill(2) mean something else. */
function isPid(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 1 && (value as number) < 2 ** 31;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
