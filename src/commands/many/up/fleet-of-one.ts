import { resolve } from 'node:path';
import { nameDaemon } from '../../../client/preflight/name';
import type { Fleet } from '../../../settings/fleet/fleet';
import { findPlace } from '../../../settings/fleet/place';
import type { Configuration } from '../../../settings/settings';

/** The program of a plain file, or of `-p`, as a fleet. Its socket stays where it is. */
export function makeFleetOfOne(configuration: Configuration): Fleet {
  const name = nameDaemon(configuration);
  const path = configuration.paths[0] ?? resolve(configuration.settings.socketName);
  return {
    kind: 'one',
    file: configuration.file ?? name,
    path,
    place: findPlace('one', path, process.env).place,
    members: [{ name, base: name, copy: null, configuration }],
    faulty: [],
    withoutCopies: [],
    skipped: [],
    report: [],
    foreign: [],
    telemetry: null,
    notes: [],
  };
}
