import type { Settings } from '../../../settings/settings';
import { quoteForShell } from '../../../system/text/shell-words';
import { askZd, type Job, planJobs } from '../jobs';
import type { Exported, ExportRequest } from '../types';

/** A transcript, or why logrotate has nothing to do with it. */
type Found = { path: string } | { why: string };

/** A stanza for each transcript; zd opens it anew, so nothing is copied or lost. logrotate(8) */
export function exportLogrotate(request: ExportRequest): Exported {
  const jobs = planJobs({ ...request, isDirect: false, under: 'fg' }, 'fg');
  const stanzas: string[] = [];
  const remarks: string[] = [];
  for (const job of jobs) {
    const { settings } = job.program!.configuration;
    for (const found of listTranscripts(settings)) {
      if ('why' in found) remarks.push(`${job.name}: ${found.why}`);
      else stanzas.push(writeStanza(request, job, found.path));
    }
  }
  const name = (request.fleet ?? jobs[0]?.name ?? 'zd').replace(/[^A-Za-z0-9._-]/g, '-');
  return {
    files: [
      { name, text: [...remarks.map(line => `# ${line}\n`), ...stanzas.map(one => `${one}\n`)].join('\n') },
    ],
    remarks,
  };
}

function listTranscripts(settings: Settings): Found[] {
  const { transcript, stderrTranscript, transcriptRotateSize, transcriptRotateInterval } = settings;
  if (transcriptRotateSize !== null || transcriptRotateInterval !== null || settings.transcriptRotateStart)
    return [{ why: 'zd rotates the transcript itself, so logrotate must not' }];
  const paths = [transcript, stderrTranscript].filter(path => path !== null && !path.startsWith('/dev/'));
  if (paths.length === 0) return [{ why: 'it has no transcript' }];
  return paths.map(path =>
    /[{}]|\p{Cc}/u.test(path!)
      ? { why: `logrotate cannot read the path ${JSON.stringify(path)}` }
      : { path: path! },
  );
}

function writeStanza(request: ExportRequest, job: Job, path: string): string {
  const { settings } = job.program!.configuration;
  const owner = settings.user ?? request.machine.caller;
  const group = owner === null ? null : (settings.group ?? request.machine.groupOf(owner));
  const lines = [
    'daily',
    // logrotate keeps all of them with -1, and none with 0.
    `rotate ${settings.transcriptKeep === 0 ? -1 : settings.transcriptKeep}`,
    ...(settings.transcriptMaxTotal === null
      ? []
      : [`# transcript-max-total: logrotate has no limit for all`]),
    ...(settings.transcriptCompress ? ['compress'] : []),
    'missingok',
    'notifempty',
    // zd makes the new file itself, with its mode and owner.
    'nocreate',
    // In a folder of that user, logrotate would do nothing as root.
    ...(group === null ? [] : [`su ${owner} ${group}`]),
    'postrotate',
    // Without a manager there is nothing to open anew.
    `    ${quoteForShell(askZd(request, job, 'reopen_transcript'))} >/dev/null || test $? -eq 3`,
    'endscript',
  ];
  // The path is a pattern.
  const pattern = path.replace(/[*?[\]\\"]/g, '\\$&');
  return [`"${pattern}" {`, ...lines.map(line => `    ${line}`), '}'].join('\n');
}
