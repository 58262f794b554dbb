import type { Flavour } from '../../client/context';
import { flagsOf, type Option, options, settingOptions } from '../../settings/options';
import { signalNames } from '../../system/signals';
import type { Definition } from '../help/page';
import { type CommandRecord, commandTable } from '../table';

/* What the shells complete, in one form for all of them. */

/**
 * Prints the names of the daemons that run, one a line. From another folder, and without a variable: both could name a
 * configuration, and only its daemon would be listed.
 */
export const LIST_DAEMONS = 'cd / && env -u ZD_CONFIG zd list -o name 2>/dev/null | tail -n +2 | sort -u';

/**
 * Prints the names of the programs of a fleet, one a line, and nothing for a file of one program.
 *
 * @param fleet what stands for the value of `-C` in the shell
 */
export function listPrograms(fleet: string): string {
  const isFleet = `{ test -d ${fleet} || grep -q '^ *\\[program:' ${fleet}; }`;
  return `${isFleet} 2>/dev/null && zd -C ${fleet} list -o name 2>/dev/null | tail -n +2`;
}

/** What a value can be: one of some words, the name of a file or of a daemon, or anything. */
export type Value = 'file' | 'daemon' | 'folder' | 'user' | 'override' | 'anything' | readonly string[];

export interface ShellFlag {
  /** `-C`, `--configure`. */
  names: string[];
  text: string;
  /** The name of its value in the help; null for a switch. */
  argument: string | null;
  value: Value;
}

export interface ShellCommand {
  /** Its name and its aliases. */
  names: string[];
  text: string;
  flags: ShellFlag[];
  /** What the words after it can be; null if there are none. */
  words: 'file' | readonly string[] | null;
}

export interface ShellModel {
  /** The command that is completed. */
  name: Flavour;
  /** In front of the command. */
  flags: ShellFlag[];
  commands: ShellCommand[];
  /** For `-X`: `runner/umask=`, or with its value if there are few. */
  overrides: string[];
}

/**
 * Derives the model from the tables.
 *
 * @param flavour zdaemon has fewer commands and flags
 * @param definitions what the parser of words knows about each command
 */
export function makeModel(flavour: Flavour, definitions: readonly Definition[]): ShellModel {
  const isKnown = (isOwn: boolean | undefined) => flavour === 'zd' || !isOwn;
  const flags = options
    .filter(option => flagsOf(option).length > 0)
    .filter(option => isKnown(option.field === null ? option.isOwn : false))
    .map(describeOption);
  const manners = flags.filter(({ names }) => names.includes('--json') || names.includes('--quiet'));
  const commands = Object.entries(commandTable)
    .filter(([, { isOwn }]) => isKnown(isOwn))
    .map(([name, record]) => {
      const own = describeFlags(name, record, flavour, definitions);
      const others = record.words === 'program' ? [] : manners;
      const more = others.filter(({ names }) => !own.some(flag => flag.names.includes(names[0] ?? '')));
      const names = [name, ...(record.aliases ?? [])].filter(word => /^\w/.test(word));
      return { names, text: record.short, flags: [...own, ...more], words: findWords(record, flavour) };
    });
  return { name: flavour, flags, commands, overrides: listOverrides() };
}

function describeOption(option: Option): ShellFlag {
  return {
    names: flagsOf(option),
    text: option.help,
    argument: option.argument,
    value: option.argument === null ? [] : findValue(option),
  };
}

function findValue(option: Option): Value {
  if (option.key === 'override') return 'override';
  if (option.key === 'daemon-name') return 'daemon';
  if (option.field === null) return 'file';
  if (option.place) return option.place.kind === 'folder' ? 'folder' : 'file';
  if (option.key === 'user') return 'user';
  return option.type.words ?? 'anything';
}

function describeFlags(
  name: string,
  { zdaemonFlags }: CommandRecord,
  flavour: Flavour,
  definitions: readonly Definition[],
): ShellFlag[] {
  const found = definitions.find(({ path }) => path.split(' ')[1] === name);
  return (found?.options ?? [])
    .map(({ definition, description = '' }) => {
      const [names = '', argument] = definition.split(' ');
      return {
        names: names.split(','),
        text: description.trim(),
        argument: argument === undefined ? null : 'VALUE',
        value: argument === undefined ? [] : ('anything' as const),
      };
    })
    .filter(flag => flavour === 'zd' || !zdaemonFlags || zdaemonFlags.includes(flag.names[0] ?? ''));
}

function findWords({ completes, words }: CommandRecord, flavour: Flavour): ShellCommand['words'] {
  if (completes === 'files' || words === 'program') return 'file';
  if (completes === 'signals') return signalNames;
  if (completes === 'topics') return listTopics(flavour);
  if (completes === undefined) return null;
  const settings = completes.settings && flavour === 'zd' ? settingOptions.map(({ key }) => key) : [];
  return [...completes[flavour], ...settings];
}

function listTopics(flavour: Flavour): string[] {
  const names = Object.entries(commandTable)
    .filter(([, { isOwn }]) => flavour === 'zd' || !isOwn)
    .map(([name]) => name);
  return flavour === 'zd' ? [...names, 'options', 'config'] : names;
}

function listOverrides(): string[] {
  const values = settingOptions
    .filter(({ inFile }) => inFile)
    .flatMap(({ key, type }) => (type.words ?? ['']).map(value => `runner/${key}=${value}`));
  return [...values, 'environment/'];
}
