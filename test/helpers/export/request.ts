import type { ExportedProgram, ExportRequest, Machine } from '../../../src/commands/export/types';
import { parseValue, settingOptions } from '../../../src/settings/options';
import type { Configuration, Settings } from '../../../src/settings/settings';

/** A machine on which every command has the path that it is given, or one in /usr/bin. */
export const machine: Machine = {
  zd: '/usr/local/bin/zd',
  path: '/usr/local/bin:/usr/bin:/bin',
  caller: null,
  find: word => (word.startsWith('/') ? word : word.includes('/') ? null : `/usr/bin/${word}`),
  isFolder: path => path.endsWith('.d'),
  groupOf: user => user,
};

/** A configuration with some settings, as texts of a file, and the defaults. */
export function configure(
  given: Record<string, string>,
  environment: Record<string, string> = {},
): Configuration {
  const settings: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  for (const option of settingOptions) {
    const text = given[option.key];
    settings[option.field] = text === undefined ? option.default : parseValue(option, text, {});
    origins[option.field] = text === undefined ? 'default' : 'web.conf:2';
  }
  return {
    settings: settings as unknown as Settings,
    origins: origins as Configuration['origins'],
    environment,
    eventLog: null,
    file: 'web.conf',
    folder: '/srv/app',
    home: null,
    member: null,
    formerSocket: null,
    typed: [],
    paths: ['/srv/app/web.conf'],
    identities: {},
    fault: null,
    notes: [],
  };
}

/** A program of that configuration. */
export function program(name: string, configuration: Configuration): ExportedProgram {
  return { name, base: name, copy: null, configuration };
}

/** The request for one program, or for a fleet if it has a name. */
export function request(
  programs: readonly ExportedProgram[],
  given: Partial<ExportRequest> = {},
): ExportRequest {
  return {
    programs,
    fleet: null,
    file: '/srv/app/web.conf',
    flags: [],
    isDirect: false,
    under: null,
    selected: [],
    image: null,
    machine,
    ...given,
  };
}
