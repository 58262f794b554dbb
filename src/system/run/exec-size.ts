import { readText } from '../files';

/** The longest argument or variable that Linux passes on, without the final NUL: MAX_ARG_STRLEN of execve(2). */
const LONGEST_STRING = 131_071;
/** Limits of Linux for all arguments and variables, whatever the limit of the stack is. */
const LEAST_TOTAL = 131_072;
const MOST_TOTAL = 6 * 1024 ** 2;
/** Bytes of the pointer to each of them. */
const POINTER = 8;

/** Whether the system passes on no argument or variable of that many bytes. */
export function isTooLong(size: number): boolean {
  return process.platform === 'linux' && size > LONGEST_STRING;
}

/**
 * Finds what makes a command too long for the system.
 *
 * @param args argv
 * @param environment the program's variables
 * @returns the reason with sizes in bytes, or null; always null where the limits are unknown
 */
export function findExcess(
  args: readonly string[],
  environment: Record<string, string | undefined>,
): string | null {
  if (process.platform !== 'linux') return null;
  let total = 0;
  for (const arg of args) {
    const size = Buffer.byteLength(arg);
    if (isTooLong(size)) return describeLong(`the argument '${arg.slice(0, 20)}...'`, size);
    total += size + 1 + POINTER;
  }
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) continue;
    const size = Buffer.byteLength(name) + 1 + Buffer.byteLength(value);
    if (isTooLong(size)) return describeLong(`the variable ${name}`, size);
    total += size + 1 + POINTER;
  }
  const most = readLimit();
  if (most === null || total <= most) return null;
  return `its arguments and variables have ${total} bytes together, but the system passes on at most ${most}; shorten them, or raise ulimit -s`;
}

/** `X has N bytes, but the system passes on at most M; shorten it` */
export function describeLong(what: string, size: number): string {
  return `${what} has ${size} bytes, but the system passes on at most ${LONGEST_STRING}; shorten it`;
}

/** A quarter of the soft limit of the stack. */
function readLimit(): number | null {
  const [, soft] = /^Max stack size +(\S+)/m.exec(readText('/proc/self/limits')) ?? [];
  if (soft === undefined) return null;
  const quarter = soft === 'unlimited' ? MOST_TOTAL : Math.floor(Number(soft) / 4);
  return Math.min(MOST_TOTAL, Math.max(LEAST_TOTAL, quarter));
}
