import { quoteForShell } from '../../../system/text/shell-words';
import { type Job, planJobs } from '../jobs';
import { SettingReader } from '../setting-reader';
import type { Exported, ExportRequest } from '../types';
import { listVariables, readEnvFiles } from '../variables';
import { readFolder } from './containers';

/** A line for each program, which a shell runs; foreman(1). */
export function exportProcfile(request: ExportRequest): Exported {
  const comments: string[] = [];
  const lines = planJobs(request, 'fg').map(job => {
    const { command, lost } = job.isUnderZd
      ? { command: `exec ${quoteForShell(job.words)}`, lost: [] }
      : describeDirect(request, job);
    if (job.needs.length > 0) lost.push('after: a Procfile has no order');
    const settings = job.program?.configuration.settings;
    if (settings && (!settings.autostart || settings.disable))
      lost.push(
        `${settings.disable ? 'disable = on' : 'autostart = off'}: every line of a Procfile is started`,
      );
    lost.push(...job.notes);
    const time = job.stop === null ? 'without a limit' : `${job.stop} seconds`;
    lost.push(`stop time: ${time}; foreman has one for all, -t ${job.stop ?? 1_000_000}`);
    comments.push(...lost.map(line => `${job.name}: ${line}`));
    return `${job.name.replace(/[^A-Za-z0-9_-]/g, '-')}: ${inOneLine(command)}`;
  });
  const text = [...comments.map(line => `# ${line}`), ...lines].join('\n');
  return { files: [{ name: 'Procfile', text: `${text}\n` }], remarks: comments };
}

function describeDirect({ machine }: ExportRequest, job: Job): { command: string; lost: string[] } {
  const reader = new SettingReader(job.program!.configuration);
  const folder = readFolder(reader, job);
  const umask = reader.isSet('umask') ? reader.take('umask') : null;
  for (const { path } of readEnvFiles(machine, reader, 'a Procfile'))
    reader.note(`env-file = ${path}: give it to foreman with -e`);
  const variables = listVariables(job.program!).map(pair => pair.join('='));
  const command = [
    ...(folder === null ? [] : [quoteForShell(['cd', folder])]),
    ...(umask === null ? [] : [`umask ${umask.toString(8)}`]),
    `exec ${quoteForShell([...(variables.length > 0 ? ['env', ...variables] : []), ...job.words])}`,
  ];
  for (const field of ['program', 'after', 'stopTimeout', 'autostart', 'disable'] as const)
    reader.take(field);
  return { command: command.join(' && '), lost: reader.finish('a Procfile') };
}

/** A line break, of which readers know many, would end the command, so printf(1) makes it anew. */
function inOneLine(command: string): string {
  if (!/\p{Cc}|[\u2028\u2029]/u.test(command)) return command;
  const escaped = command.replace(/[\\']|\p{Cc}|[\u2028\u2029]/gu, char =>
    [...Buffer.from(char)].map(byte => `\\0${byte.toString(8).padStart(3, '0')}`).join(''),
  );
  return `eval "$(printf %b '${escaped}')"`;
}
