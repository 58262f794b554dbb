import { getSystemErrorMap } from 'node:util';

/** The exit statuses of zd (docs/exit-statuses.rst); `zdaemon` maps them to its own in `cli/report-error.ts`. */
export const ExitStatus = {
  done: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  unknown: 4,
} as const;

const USER_FAULT = Symbol.for('zd.user-fault');

/**
 * An error of the user or the environment, printed as one sentence and never with a stack trace.
 *
 * `message` is the sentence without the leading `zd: `; `status` is the exit status of the command.
 */
export class UserError extends Error {
  readonly [USER_FAULT] = true;

  /** Each bundle has its own copy of this class, and an error may pass from one bundle to another. */
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

/** An error in the flags or in a configuration file; exit status 2. */
export class UsageError extends UserError {
  constructor(message: string) {
    super(message, ExitStatus.usage);
    this.name = 'UsageError';
  }
}

/**
 * Describes why a system call failed.
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
 * Adds a path to an error, for callers that do not know which file failed.
 *
 * @param path the path to show
 * @param error the error of the system
 * @returns an error with the path in its message and the same `code`
 */
export function addPath(path: string, error: unknown): UserError {
  return Object.assign(new UserError(`${path}: ${describeReason(error)}`), { code: errorCode(error) });
}
