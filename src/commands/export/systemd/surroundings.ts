import type { Limit } from '../../../settings/value-types/limits';
import type { Job } from '../jobs';
import type { SettingReader } from '../setting-reader';
import type { ExportRequest } from '../types';
import { listVariables, readEnvFiles } from '../variables';
import { isVariable, writeFolder, writePattern } from './quoting';
import { setVariable } from './unit';

/** The lines of systemd.exec(5): variables, user, limits, priorities, privileges. */
export function describeSurroundings(request: ExportRequest, job: Job, reader: SettingReader): string[] {
  const { machine } = request;
  const user = reader.take('user') ?? machine.caller;
  const group = reader.take('group');
  const groups = reader.take('supplementaryGroups');
  const umask = reader.isSet('umask') ? reader.take('umask') : null;
  const root = reader.take('chroot');
  return [
    ...variableLines(request, job, reader),
    ...(user === null ? [] : [`User=${user}`]),
    ...(group === null ? [] : [`Group=${group}`]),
    ...(groups === null ? [] : [`SupplementaryGroups=${groups.join(' ')}`]),
    ...(umask === null ? [] : [`UMask=${umask.toString(8).padStart(4, '0')}`]),
    ...(root === null ? [] : [`RootDirectory=${writeFolder(root) ?? '/'}`]),
    ...(reader.take('noNewPrivileges') ? ['NoNewPrivileges=yes'] : []),
    ...(reader.take('limits') ?? []).map(limit => limitLine(limit, reader)),
    ...priorityLines(reader),
    ...memoryLines(reader),
  ];
}

function variableLines({ machine }: ExportRequest, { program }: Job, reader: SettingReader): string[] {
  reader.take('clearEnvironment');
  const unset = reader.take('unsetEnvironment');
  const files = readEnvFiles(machine, reader, 'systemd').flatMap(({ path, isOptional }) => {
    const pattern = writePattern(path);
    if (pattern === null) reader.lose('envFile', 'systemd refuses such a path');
    return pattern === null ? [] : [`EnvironmentFile=${isOptional ? '-' : ''}${pattern}`];
  });
  const variables = listVariables(program!);
  const lines = variables.flatMap(([name, value]) => {
    if (isVariable(name, value)) return [setVariable(name, value)];
    reader.note(`${name} in the environment: systemd refuses such a name or value`);
    return [];
  });
  const path = variables.some(([name]) => name === 'PATH') ? [] : [setVariable('PATH', machine.path)];
  return [
    ...path,
    ...(unset === null ? [] : [`UnsetEnvironment=${unset.join(' ')}`]),
    // A file would replace a variable of these lines, and in zd they replace those of files.
    ...(files.length === 0 ? lines : [...files, ...passBehind(lines, reader)]),
  ];
}

/** In systemd, variables of files replace those of lines, whatever their order. */
function passBehind(lines: string[], reader: SettingReader): string[] {
  if (lines.length > 0)
    reader.note('env-file: in systemd, its variables replace those of the lines Environment=');
  return lines;
}

function limitLine({ name, soft, hard }: Limit, reader: SettingReader): string {
  const format = (amount: Limit['soft']) => (amount === 'unlimited' ? 'infinity' : String(amount));
  if (hard === null) reader.note(`limits = ${name}: systemd sets the hard limit, too`);
  const value = hard === null || hard === soft ? format(soft) : `${format(soft)}:${format(hard)}`;
  return `Limit${name.toUpperCase()}=${value}`;
}

function priorityLines(reader: SettingReader): string[] {
  const [nice, disk, cpus, oom] = [
    reader.take('nice'),
    reader.take('ionice'),
    reader.take('cpuAffinity'),
    reader.take('oomScoreAdjust'),
  ];
  return [
    ...(nice === null ? [] : [`Nice=${nice}`]),
    ...(disk === null ? [] : [`IOSchedulingClass=${disk.class}`]),
    ...(disk === null || disk.class === 'idle' ? [] : [`IOSchedulingPriority=${disk.level}`]),
    ...(cpus === null ? [] : [`CPUAffinity=${cpus.join(' ')}`]),
    ...(oom === null ? [] : [`OOMScoreAdjust=${oom}`]),
  ];
}

function memoryLines(reader: SettingReader): string[] {
  const limit = reader.take('memoryLimit');
  if (limit === null) return [];
  reader.lose('memoryLimit', 'the kernel kills it at the limit, without a stop');
  return [`MemoryMax=${limit}`];
}
