import { describeReason, ExitStatus, UserError } from '../system/errors';
import { ConfigurationError, FailedError, NotRunningError, UnreachableError, type ZdError } from './api';

/**
 * Runs something, and gives its errors the classes of the library. A bug stays what it is.
 *
 * @throws ZdError
 */
export async function translateErrors<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof UserError) throw makeError(describeReason(error), error.status);
    throw error;
  }
}

/** The error of an exit status. */
export function makeError(message: string, status: number, facts: Record<string, unknown> = {}): ZdError {
  if (status === ExitStatus.usage) return new ConfigurationError(message, status, facts);
  if (status === ExitStatus.notRunning) return new NotRunningError(message, status, facts);
  if (status === ExitStatus.unknown) return new UnreachableError(message, status, facts);
  return new FailedError(message, status, facts);
}
