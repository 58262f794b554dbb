import { checkTests } from '../../client/preflight/program';
import type { Configuration } from '../../settings/settings';
import { describeReason } from '../../system/errors';
import type { Finding } from './finding';

/** Looks for the commands of the configuration besides the program; without any, nothing is found. */
export function examineOwnCommands(configuration: Configuration): Finding[] {
  const subject = 'commands';
  try {
    return checkTests(configuration).map(({ key, path }) => ({
      subject,
      verdict: 'ok',
      text: `${key}: ${path}`,
    }));
  } catch (error) {
    const remedy = 'install it, or correct the setting';
    return [{ subject, verdict: 'missing', text: describeReason(error), remedy }];
  }
}
