import { basename, resolve } from 'node:path';
import { findAddress } from '../client/address';
import { keepFormerSocket } from '../client/configured/former-socket';
import { nameDaemon } from '../client/preflight/name';
import { queryManager } from '../client/query';
import { type Arguments, parseArguments } from '../settings/argv';
import type { Fleet as ReadFleet } from '../settings/fleet/fleet';
import { resolveConfiguration } from '../settings/resolve';
import { systemClock } from '../system/clock';
import { UserError } from '../system/errors';
import { ConfigurationError, type Fleet, type Program } from './api';
import { ConnectedProgram } from './program';
import { translateErrors } from './translate-errors';

export * from './api';

/**
 * The program of a control socket.
 *
 * @param socketPath of its manager
 * @returns the program, whether or not a manager is there; its name is what the manager calls it
 */
export function connect(socketPath: string): Promise<Program> {
  return translateErrors(async () => {
    const argv = parseArguments(['-s', resolve(socketPath)]);
    const configuration = resolveConfiguration({ argv, placesPaths: true });
    const view = await queryManager(findAddress(configuration), systemClock);
    return new ConnectedProgram(view?.report?.name ?? basename(socketPath), configuration);
  });
}

/**
 * The programs of a configuration.
 *
 * @param path a file or a folder, as for `-C`
 * @throws ConfigurationError if nothing of it can be read
 */
export function openFleet(path: string): Promise<Fleet> {
  return translateErrors(async () => {
    const argv = parseArguments(['-C', resolve(path)]);
    const { programs, faulty } = readPrograms(argv);
    for (const { configuration } of programs) await keepFormerSocket(configuration, systemClock);
    const opened = programs.map(({ name, configuration }) => new ConnectedProgram(name, configuration));
    return {
      programs: opened,
      faulty,
      program(name) {
        const found = opened.find(one => one.name === name);
        if (found) return found;
        const fault = faulty.find(one => one.name === name)?.fault;
        throw new ConfigurationError(fault ?? `there is no program ${name} in ${path}`, 2);
      },
    };
  });
}

/** A file with one program is a fleet of one. */
function readPrograms(argv: Arguments): Pick<ReadFleet, 'faulty'> & { programs: NamedProgram[] } {
  try {
    const configuration = resolveConfiguration({ argv, placesPaths: true });
    if (configuration.settings.copies === null)
      return { programs: [{ name: nameDaemon(configuration), configuration }], faulty: [] };
  } catch (error) {
    const fleet = error instanceof UserError ? readMany(argv) : null;
    if (fleet) return { programs: fleet.members, faulty: fleet.faulty };
    throw error;
  }
  const fleet = readMany(argv);
  return { programs: fleet?.members ?? [], faulty: fleet?.faulty ?? [] };
}

function readMany(argv: Arguments): ReadFleet | null {
  const reader = require('../settings/fleet/read-fleet') as typeof import('../settings/fleet/read-fleet');
  return reader.readFleet({ argv });
}

type NamedProgram = Pick<ReadFleet['members'][number], 'name' | 'configuration'>;
