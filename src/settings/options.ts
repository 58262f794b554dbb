import {
  type CommandLineRecord,
  type Flags,
  type OptionRecord,
  readFlags,
  type SettingRecord,
} from './option';
import type { Settings } from './settings';
import { settingTable } from './table';
import { commandLineTable } from './table/command-line';

export { checkValue, flagsOf, formatValue, parseValue } from './option';

export interface SettingOption extends SettingRecord<unknown>, Flags {
  field: keyof Settings;
  inFile: boolean;
}

export interface CommandLineOption extends CommandLineRecord, Flags {
  field: null;
  inFile: boolean;
}

export type Option = SettingOption | CommandLineOption;

/** The settings in the order of the help. */
export const settingOptions: SettingOption[] = Object.entries<SettingRecord<unknown>>(
  settingTable as Record<string, OptionRecord> as Record<string, SettingRecord<unknown>>,
).map(([field, record]) => ({
  inFile: true,
  ...record,
  ...readFlags(record.flags),
  // Object.entries loses the type of the names: those of `Settings`, which is derived from the same table.
  field: field as keyof Settings,
}));

/** The flags without a setting, and the obsolete options. */
export const commandLineOptions: CommandLineOption[] = commandLineTable.map(record => ({
  inFile: false,
  ...record,
  ...readFlags(record.flags),
  field: null,
}));

export const options: Option[] = [...settingOptions, ...commandLineOptions];

/** The options that a file may contain, by key. */
export const fileOptions: ReadonlyMap<string, Option> = new Map(
  options.filter(option => option.inFile).map(option => [option.key, option]),
);
