import { parseArguments } from '../../settings/argv';
import { resolveConfiguration } from '../../settings/resolve';
import { describeReason } from '../../system/errors';
import { checkTrust } from '../preflight/trust';

/*
 * Run by a manager before a round, as a process of its own: a manager reads no configuration. Reads what the round runs,
 * and writes it to standard output as JSON: `program`, `steps` and `environment`, or a `fault`.
 */

/** As on a command line: `-C FILE`, and the flags that the manager was started with and that the file does not have. */
const flags = process.argv.slice(2);

function readRound(): object {
  try {
    const configuration = resolveConfiguration({ argv: parseArguments(flags), placesPaths: true });
    checkTrust(configuration);
    const { settings, environment } = configuration;
    return { program: settings.program, steps: settings.steps, environment };
  } catch (error) {
    return { fault: describeReason(error) };
  }
}

process.stdout.write(JSON.stringify(readRound()));
