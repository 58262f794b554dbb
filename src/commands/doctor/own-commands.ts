import { checkOwnCommands } from '../../client/preflight/program';
import type { Configuration } from '../../settings/settings';
import { describeReason } from '../../system/errors';
import type { Finding } from './finding';

/** Looks for the command of `transcript-program`; nothing is found out without one. */
export function examineOwnCommands(configuration: Configuration): Finding[] {
  const subject = 'output';
  try {
    return checkOwnCommands(configuration).map(({ key, path }) => ({
      subject,
      verdict: 'ok',
      text: `${key}: ${path}`,
    }));
  } catch (error) {
    const remedy = 'install it, or correct the setting';
    return [{ subject, verdict: 'missing', text: describeReason(error), remedy }];
  }
}
