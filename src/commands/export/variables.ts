import type { SettingReader } from './setting-reader';
import type { ExportedProgram, Machine } from './types';

export interface EnvFile {
  path: string;
  isOptional: boolean;
}

/** The variables of a program, in the order of the file. */
export function listVariables({ configuration }: ExportedProgram): [string, string][] {
  return Object.entries(configuration.environment);
}

/**
 * The files of `env-file`, which stay where they are: what is in them is secret.
 *
 * @param system the name of the target
 */
export function readEnvFiles(machine: Machine, reader: SettingReader, system: string): EnvFile[] {
  const entries = reader.take('envFile') ?? [];
  return entries.flatMap(entry => {
    const file = { path: entry.replace(/^\?/, ''), isOptional: entry.startsWith('?') };
    if (!machine.isFolder(file.path)) return [file];
    reader.note(`env-file = ${file.path}: ${system} reads no folder with a file for each variable`);
    return [];
  });
}
