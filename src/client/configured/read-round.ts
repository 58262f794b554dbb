import { type Arguments, parseArguments } from '../../settings/argv';
import { resolveConfiguration } from '../../settings/resolve';
import type { Configuration } from '../../settings/settings';
import { describeReason } from '../../system/errors';
import { checkTrust } from '../preflight/trust';

/*
 * Run by a manager before a round, as a process of its own: a manager reads no configuration. Reads what the round runs,
 * and writes it to standard output as JSON: `program`, `steps` and `environment`, or a `fault`.
 */

/**
 * As on a command line: `-C FILE`, the flags that the manager was started with and that the file does not have, and the
 * name of the program if the file has more than one.
 */
const flags = process.argv.slice(2);

function readRound(): object {
  try {
    const argv = parseArguments(flags);
    const configuration =
      argv.command === null
        ? resolveConfiguration({ argv, placesPaths: true })
        : readMember(argv, argv.command);
    checkTrust(configuration);
    const { settings, environment } = configuration;
    return { program: settings.program, steps: settings.steps, environment };
  } catch (error) {
    return { fault: describeReason(error) };
  }
}

/** A program of a file that has more than one. */
function readMember(argv: Arguments, name: string): Configuration {
  const { readFleet } =
    require('../../settings/fleet/read-fleet') as typeof import('../../settings/fleet/read-fleet');
  const fleet = readFleet({ argv });
  const member = fleet?.members.find(one => one.name === name);
  if (member) return member.configuration;
  const fault = fleet?.faulty.find(one => one.name === name)?.fault;
  throw new Error(fault ?? `the file has no program ${name} any more`);
}

process.stdout.write(JSON.stringify(readRound()));
