import { resolve } from 'node:path';
import { findCurrentFolder } from '../system/files';
import { type Arguments, parseArguments } from './argv';
import { salvageFile } from './file/salvage';
import { pathOf } from './file/url';
import { parseValue, settingOptions } from './options';
import { type ConfigurationRequest, placeConfiguration, resolveConfiguration } from './resolve';
import type { Configuration } from './settings';

/**
 * Reads as much as can be read of a configuration whose file has a fault, for commands that need only the socket.
 *
 * @param request as for `resolveConfiguration`, which has thrown
 * @param fault what it has thrown
 * @returns the configuration with `fault`; null if that is a fault of the command line, or if the socket is unknown
 */
export function salvageConfiguration(request: ConfigurationRequest, fault: Error): Configuration | null {
  const { argv, env = process.env } = request;
  const cwd = request.cwd ?? findCurrentFolder() ?? '/';
  const given = argv.flags.get('configure');
  if (!given?.text || isFaultOf(argv, request)) return null;
  const file = pathOf(given.text, given.written);
  const path = resolve(cwd, file);
  const { identity, values } = salvageFile(path, env);
  const configuration = resolveConfiguration({ argv: withoutFile(argv), cwd, env });
  const settings = configuration.settings as Record<string, unknown>;
  for (const { path: place, value } of argv.overrides) {
    const [section, key, ...others] = place.map(name => name.toLowerCase());
    if (section !== 'runner' || key === undefined || others.length > 0) continue;
    values.set(key, value);
    configuration.typed.push(key);
  }
  for (const option of settingOptions) {
    const text = values.get(option.key);
    if (text === undefined || !option.inFile || argv.flags.has(option.key)) continue;
    try {
      settings[option.field] = parseValue(option, text ?? '', env);
    } catch {
      // Another socket than the one that was meant could belong to another program.
      if (option.key === 'socket-name') return null;
    }
  }
  const knowsSocket = argv.flags.has('socket-name') || identity !== null;
  if (!knowsSocket) return null;
  configuration.fault = fault.message;
  configuration.file = file;
  configuration.paths = identity === null ? [] : [path];
  configuration.identities = identity === null ? {} : { [path]: identity };
  if (request.placesPaths) placeConfiguration(configuration, cwd);
  return configuration;
}

/** Whether it is wrong without the file, or right without -X. */
function isFaultOf(argv: Arguments, request: ConfigurationRequest): boolean {
  const isRight = (given: Arguments) => {
    try {
      return resolveConfiguration({ ...request, argv: given }) !== null;
    } catch {
      return false;
    }
  };
  return !isRight(withoutFile(argv)) || (argv.overrides.length > 0 && isRight({ ...argv, overrides: [] }));
}

function withoutFile(argv: Arguments): Arguments {
  const flags = new Map([...argv.flags].filter(([key]) => key !== 'configure'));
  return { ...parseArguments([]), flags };
}
