import { getSystemErrorMap } from 'node:util';

/** The exit statuses of zd (docs/exit-statuses.rst); `zdaemon` maps them to its own in `main.ts`. */
export const ExitStatus = {
  done: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  unknown: 4,
} as const;

const USER_FAULT = Symbol.for('zd.user-fault');

/**
 * A fault of the user or of the surroundings: printed as one sentence, never with a stack.
 *
 * `message` is the sentence without the leading `zd: `; `status` is the exit status it ends the command with.
 */
export class UserError extends Error {
  readonly [USER_FAULT] = true;

  /** The bundles hold copies of this class, and an error may cross from one to another. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a subclass keeps the ordinary meaning of instanceof
    if (this !== UserError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && USER_FAULT in value;
  }

  constructor(
    message: string,
    readonly status: number = ExitStatus.failed,
  ) {
    super(message);
    this.name = 'UserError';
  }
}

/** A fault in flags or a configuration file: exit status 2. */
export class UsageError extends UserError {
  constructor(message: string) {
    super(message, ExitStatus.usage);
    this.name = 'UsageError';
  }
}

/**
 * Says why a system call failed, in the words of the system.
 *
 * @param error what was thrown
 * @returns the strerror(3) text (`no such file or directory`), or the message of any other error
 */
export function describeReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { errno } = error as NodeJS.ErrnoException;
  return (errno !== undefined && getSystemErrorMap().get(errno)?.[1]) || error.message;
}

/** The `code` of a system error (`ENOENT`), or an empty string. */
export function errorCode(error: unknown): string {
  return (error instanceof Error && (error as NodeJS.ErrnoException).code) || '';
}

/**
 * The same fault, with the file in its words, for where nobody could tell which one is meant.
 *
 * @param path as it is to be told
 * @param error what the system said of it
 * @returns an error with the `code` of the first
 */
export function addPath(path: string, error: unknown): UserError {
  return Object.assign(new UserError(`${path}: ${describeReason(error)}`), { code: errorCode(error) });
}
