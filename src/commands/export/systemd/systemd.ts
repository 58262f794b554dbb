import { type Job, noteOutput, planJobs } from '../jobs';
import type { Exported, ExportRequest } from '../types';
import { describeDirect } from './direct';
import { writeWhole } from './quoting';
import { describeUnderZd } from './under-zd';

/**
 * A service for each program, and a target for a fleet, which is enabled in the place of all of them.
 *
 * systemd.service(5), systemd.exec(5), systemd.kill(5), systemd.unit(5).
 */
export function exportSystemd(request: ExportRequest): Exported {
  const jobs = planJobs(request, 'fg');
  const target = request.fleet !== null && jobs.every(({ program }) => program) ? request.fleet : null;
  const nameOf = (name: string) => unitName(target === null ? name : `${target}-${name}`);
  const followed = new Set(jobs.flatMap(({ needs }) => needs.map(({ program }) => program.name)));
  const units = jobs.map(job => {
    const described = job.isUnderZd ? describeUnderZd(request, job) : describeDirect(request, job);
    const { unit, lost, isWanted } = described;
    const isAwaited = job.program?.configuration.settings.once && followed.has(job.name);
    const service = isAwaited ? awaitEnd(described.service) : described.service;
    const notes = [...job.notes, ...noteOutput(job, 'the journal'), ...lost];
    const lines = [
      `# Written by zd export systemd${request.file === null ? '' : ` from ${request.file}`}`.replace(
        /\p{Cc}/gu,
        ' ',
      ),
      ...notes.map(line => `# ${line}`),
      '[Unit]',
      `Description=${writeWhole(job.name) ?? 'a program'}${job.isUnderZd ? ', kept by zd' : ''}`,
      ...orderLines(job, nameOf),
      ...(target === null ? [] : [`PartOf=${unitName(target)}.target`]),
      ...unit,
      '',
      '[Service]',
      ...service,
      ...(target === null && isWanted ? ['', '[Install]', 'WantedBy=multi-user.target'] : []),
    ];
    return { job, file: `${nameOf(job.name)}.service`, text: `${lines.join('\n')}\n`, notes, isWanted };
  });
  const files = units.map(({ file, text }) => ({ name: file, text }));
  const wanted = units.filter(({ isWanted }) => isWanted).map(({ file }) => file);
  if (target !== null) files.push({ name: `${unitName(target)}.target`, text: writeTarget(target, wanted) });
  return {
    files,
    remarks: units.flatMap(({ job, notes }) => notes.map(line => `${job.name}: ${line}`)),
  };
}

/** What comes after a program that runs once waits for its end, and that it has ended is kept as zd keeps it. */
function awaitEnd(service: readonly string[]): string[] {
  const others = service.filter(line => !/^(Type|NotifyAccess|TimeoutStartSec)=/.test(line));
  return ['Type=oneshot', 'RemainAfterExit=yes', ...others];
}

/** The characters that a name of a unit can have. */
function unitName(name: string): string {
  return name.replace(/[^A-Za-z0-9:_.@-]/g, '-');
}

function orderLines({ needs }: Job, nameOf: (name: string) => string): string[] {
  const units = needs.map(({ program, isNeeded }) => ({ unit: `${nameOf(program.name)}.service`, isNeeded }));
  const needed = units.filter(({ isNeeded }) => isNeeded);
  return [
    `After=${['network.target', ...units.map(({ unit }) => unit)].join(' ')}`,
    ...(needed.length > 0 ? [`Wants=${needed.map(({ unit }) => unit).join(' ')}`] : []),
  ];
}

function writeTarget(name: string, wanted: readonly string[]): string {
  const lines = [
    '[Unit]',
    `Description=the programs of ${writeWhole(name) ?? 'a fleet'}`,
    ...wanted.map(unit => `Wants=${unit}`),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ];
  return `${lines.join('\n')}\n`;
}
