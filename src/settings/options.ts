import { type CommandLineOption, type Option, readFlags, type SettingOption } from './option';
import { renderOptionHelp } from './option-help';
import type { Settings } from './settings';
import { settingTable } from './table';
import { commandLineTable } from './table/command-line';

export type { CommandLineOption, Option, SettingOption } from './option';
export { flagsOf, formatValue, parseValue } from './option';

/** The settings in the order of the help. */
export const settingOptions: SettingOption[] = Object.entries(settingTable).map(([field, record]) => ({
  inFile: true,
  ...record,
  ...readFlags(record.flags),
  // Object.entries forgets that the names are those of `Settings`, which the type of the table has checked.
  field: field as keyof Settings,
}));

/** The flags without a setting, and what is obsolete. */
export const commandLineOptions: CommandLineOption[] = commandLineTable.map(record => ({
  inFile: false,
  ...record,
  ...readFlags(record.flags),
  field: null,
}));

export const options: Option[] = [...settingOptions, ...commandLineOptions];

/** The options a file may hold, by key. */
export const fileOptions: ReadonlyMap<string, Option> = new Map(
  options.filter(option => option.inFile).map(option => [option.key, option]),
);

/**
 * The text of `zd -h` up to the list of the commands, which the caller adds.
 *
 * @param binaryName `zd` or `zdaemon`
 * @returns lines with a newline at the end of each
 */
export function optionHelp(binaryName: string): string {
  return renderOptionHelp(binaryName, options);
}
