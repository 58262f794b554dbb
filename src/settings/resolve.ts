import { resolve } from 'node:path';
import { isWellFormed } from '../system/bytes';
import { UsageError } from '../system/errors';
import { findCurrentFolder } from '../system/files';
import type { Arguments, GivenFlag } from './argv';
import { refuseConflicts } from './conflicts';
import { errorAt, ValueFault } from './faults';
import type { FileSettings } from './file/read';
import type { SourcedValue } from './file/sections';
import { pathOf } from './file/url';
import { findHome, type Home, socketIn } from './fleet/home';
import { formatValue, parseValue, type SettingOption, settingOptions } from './options';
import { folderOf, placePaths } from './place-paths';
import { remarkOn } from './remarks';
import { hasProgram } from './schedule/what-runs';
import type { Configuration, Origin, Settings } from './settings';

export interface ConfigurationRequest {
  /** The command line as `parseArguments` split it. */
  argv: Arguments;
  /** The base of a relative -C; the current directory by default. */
  cwd?: string;
  /** Called as zd: relative paths of a file start in its folder, and all paths become absolute. */
  placesPaths?: boolean;
  /** For `~` and `$(NAME)`; the environment of the process by default. */
  env?: NodeJS.ProcessEnv;
}

/**
 * Merges flags, the configuration file and the defaults, in this order of precedence; -X is part of the file.
 *
 * @returns every value with its origin; a file without a program is refused unless -p names one
 * @throws UsageError one sentence with the flag, or file and line
 */
export function resolveConfiguration(request: ConfigurationRequest): Configuration {
  const { argv, cwd, env = process.env, placesPaths: usesDefaults = false } = request;
  const given = argv.flags.get('configure');
  const file = given ? pathOf(given.text ?? '', given.written) : null;
  if (file !== null) refuseBytes('-C', file);
  const fromFile =
    file === null ? null : readFile({ file, cwd, env, overrides: argv.overrides, usesDefaults });
  return mergeSettings(request, file, fromFile);
}

/**
 * The same for a file that has been read.
 *
 * @param file its name for people; null without one
 * @param fromFile what it says
 * @param home where the program lives by default; see `Home`
 */
export function mergeSettings(
  { argv, cwd, env = process.env, placesPaths = false }: ConfigurationRequest,
  file: string | null,
  fromFile: FileSettings | null,
  home: Home | null = null,
): Configuration {
  const settings: Partial<Record<keyof Settings, unknown>> = {};
  const origins: Partial<Record<keyof Settings, Origin>> = {};
  const typed: string[] = [];
  for (const option of settingOptions) {
    const flag = argv.flags.get(option.key);
    const found = flag ? readFlag(flag, option, env) : fromFile?.values.get(option.key);
    if (found) refuseBytes(option.key, found.value);
    settings[option.field] = found ? found.value : option.default;
    origins[option.field] = found ? found.origin : 'default';
    if (found?.isTyped) typed.push(option.key);
  }
  if (argv.overrides.some(({ path }) => path[0]?.toLowerCase() === 'environment')) typed.push('environment');
  const configuration: Configuration = {
    // The loop has set every field, to a value of its own type.
    settings: settings as unknown as Settings,
    origins: origins as Record<keyof Settings, Origin>,
    environment: fromFile?.environment ?? {},
    eventLog: fromFile?.eventLog ?? null,
    file,
    folder: null,
    formerSocket: null,
    home: null,
    member: null,
    typed,
    paths: fromFile?.paths ?? [],
    identities: fromFile?.identities ?? {},
    fault: null,
    notes: [...obsoleteNotes(argv), ...(fromFile?.notes ?? [])],
  };
  if (fromFile && !hasProgram(configuration.settings)) throw programMissing(fromFile);
  refuseConflicts(configuration);
  configuration.notes.push(...remarkOn(configuration));
  if (placesPaths) placeConfiguration(configuration, cwd ?? findCurrentFolder(), home);
  return configuration;
}

/**
 * Sets `folder`, `formerSocket` and `home`, and makes all paths absolute.
 *
 * @param here the current folder; null if it has been removed
 * @param given where the program lives by default; that of a file in a folder of a fleet is known
 */
export function placeConfiguration(
  configuration: Configuration,
  here: string | null,
  given: Home | null = null,
): void {
  const { settings, paths, typed, origins } = configuration;
  const folder = paths[0] === undefined ? null : folderOf(paths[0]);
  const written = settings.socketName;
  const fields = new Set(settingOptions.filter(({ key }) => typed.includes(key)).map(({ field }) => field));
  configuration.folder = folder;
  const home = given ?? (paths[0] === undefined ? null : findHome(paths[0]));
  if (home !== null && origins.socketName === 'default') {
    settings.socketName = socketIn(home);
    configuration.home = home;
  }
  placePaths(configuration, field => fields.has(field), { typed: here, file: folder ?? here });
  const former = configuration.home ? null : here === null ? null : resolve(here, written);
  configuration.formerSocket = former === settings.socketName ? null : former;
}

/**
 * Rejects a configuration without a program, for commands that need one.
 *
 * @throws UsageError with zdaemon's message
 */
export function requireProgram({ settings }: Configuration): void {
  if (!hasProgram(settings)) throw new NoProgram();
}

/** Recognized by its name, because each bundle has its own copy of the class. */
class NoProgram extends UsageError {
  constructor() {
    super('no program specified; use -p or -C');
    this.name = 'NoProgram';
  }
}

/** A program and its words are bytes; what zd itself opens or looks up is text. */
function refuseBytes(key: string, value: unknown): void {
  if (typeof value !== 'string' || isWellFormed(value)) return;
  throw new UsageError(`the value of ${key} is not UTF-8: ${Buffer.from(value)}`);
}

/** One line of `zd show options`. */
export interface ListedSetting {
  key: string;
  /** As in a configuration file; `(none)` for null. */
  value: string;
  origin: Origin;
}

/** Lists every setting in the order of the table. */
export function listSettings({ settings, origins }: Configuration): ListedSetting[] {
  return settingOptions.map(option => ({
    key: option.key,
    value: formatValue(option, settings[option.field]),
    origin: origins[option.field],
  }));
}

/** Loaded on demand: most commands in scripts have no -C, and need not load the readers. */
function readFile(request: Parameters<typeof import('./file/read').readConfigurationFile>[0]): FileSettings {
  return (require('./file/read') as typeof import('./file/read')).readConfigurationFile(request);
}

function readFlag({ written, text }: GivenFlag, option: SettingOption, env: NodeJS.ProcessEnv): SourcedValue {
  if (text === null) return { value: true, origin: written, isTyped: true };
  try {
    return { value: parseValue(option, text, env), origin: written, isTyped: true };
  } catch (error) {
    throw error instanceof ValueFault ? errorAt(written, error.message) : error;
  }
}

function obsoleteNotes({ flags }: Arguments): string[] {
  const obsolete = [...flags.values()].filter(({ option }) => option.field === null && option.obsolete);
  return obsolete.map(({ written }) => `option ${written} is obsolete and ignored`);
}

function programMissing({ runner, runnerOrigin }: FileSettings): UsageError {
  return runner === null
    ? errorAt(
        runnerOrigin,
        "no values for section type 'runner'; 1 required; add it with a program, or use -p",
      )
    : errorAt(runnerOrigin, `no values for 'program'; 1 required; add a program to ${runner}, or use -p`);
}
