import type { Settings } from '../../../settings/settings';
import type { Limit } from '../../../settings/value-types/limits';
import { UsageError } from '../../../system/errors';
import { findWords } from '../find-words';
import { type Job, planJobs } from '../jobs';
import { SettingReader } from '../setting-reader';
import { takeStreams } from '../streams';
import { isXmlText, type PlistValue, writePlist } from '../texts/plist';
import type { Exported, ExportRequest } from '../types';
import { listVariables, readEnvFiles } from '../variables';

type Dictionary = { [key: string]: PlistValue };

/** The limits of launchd.plist(5). */
const LIMITS: Partial<Record<Limit['name'], string>> = {
  core: 'Core',
  cpu: 'CPU',
  data: 'Data',
  fsize: 'FileSize',
  memlock: 'MemoryLock',
  nofile: 'NumberOfFiles',
  nproc: 'NumberOfProcesses',
  rss: 'ResidentSetSize',
  stack: 'Stack',
};

/** A property list for each program; launchd.plist(5). */
export function exportLaunchd(request: ExportRequest): Exported {
  const parts = planJobs(request, 'fg').map(job => {
    const { plist, lost } = job.isUnderZd ? describeUnderZd(request, job) : describeDirect(request, job);
    if (job.needs.length > 0)
      lost.push('after: launchd has no order; a program has to wait for what it needs');
    lost.unshift(...job.notes);
    const label = labelOf(request, job);
    checkText(job, plist);
    return {
      file: { name: `${label}.plist`, text: writePlist({ Label: label, ...plist }, lost) },
      remarks: lost.map(line => `${job.name}: ${line}`),
    };
  });
  return { files: parts.map(({ file }) => file), remarks: parts.flatMap(({ remarks }) => remarks) };
}

function labelOf({ fleet }: ExportRequest, { program, name }: Job): string {
  return [fleet !== null && program ? [fleet] : [], name]
    .flat()
    .join('.')
    .replace(/[^A-Za-z0-9._-]/g, '-');
}

/** launchd ends the group of its own process only, so zd must have the time to end the program. */
function describeUnderZd({ machine }: ExportRequest, job: Job): { plist: Dictionary; lost: string[] } {
  const settings = job.program?.configuration.settings;
  const plist: Dictionary = {
    ProgramArguments: job.words,
    EnvironmentVariables: { PATH: machine.path },
    ...(machine.caller === null ? {} : { UserName: machine.caller }),
    ...(settings ? keepOutput(settings) : {}),
    ExitTimeOut: job.stop ?? 0,
    RunAtLoad: settings?.autostart ?? true,
    ...(settings?.disable ? { Disabled: true } : {}),
    ...(settings?.once ? {} : { KeepAlive: { SuccessfulExit: false } }),
  };
  return { plist, lost: [] };
}

/** Output that has no path is lost in launchd. */
function keepOutput({ transcript, stderrTranscript }: Settings): Dictionary {
  if (transcript === '/dev/null') return {};
  return { StandardOutPath: transcript, StandardErrorPath: stderrTranscript ?? transcript };
}

function describeDirect(request: ExportRequest, job: Job): { plist: Dictionary; lost: string[] } {
  const { configuration } = job.program!;
  const reader = new SettingReader(configuration);
  const words = findWords(request, job, job.words, reader);
  const argv0 = reader.take('argv0');
  const directory = reader.take('directory') ?? configuration.folder;
  const plist: Dictionary = {
    // The first argument is the name that the program sees.
    ...(argv0 === null ? {} : { Program: words[0] ?? '' }),
    ProgramArguments: argv0 === null ? words : [argv0, ...words.slice(1)],
    EnvironmentVariables: describeVariables(request, job, reader),
    ...(directory === null ? {} : { WorkingDirectory: directory }),
    ...describeIdentity(request, reader),
    ...describeLimits(reader),
    ...describeStreams(reader),
    ...describeLife(job, reader),
  };
  for (const field of ['program', 'after'] as const) reader.take(field);
  return { plist, lost: reader.finish('launchd') };
}

function describeVariables({ machine }: ExportRequest, { program }: Job, reader: SettingReader): Dictionary {
  reader.take('clearEnvironment');
  for (const { path } of readEnvFiles(machine, reader, 'launchd'))
    reader.note(`env-file = ${path}: launchd reads no file of variables; let the program read it`);
  return { PATH: machine.path, ...Object.fromEntries(listVariables(program!)) };
}

function describeIdentity({ machine }: ExportRequest, reader: SettingReader): Dictionary {
  const user = reader.take('user') ?? machine.caller;
  const group = reader.take('group');
  const root = reader.take('chroot');
  const umask = reader.isSet('umask') ? reader.take('umask') : null;
  return {
    ...(user === null ? {} : { UserName: user, InitGroups: true }),
    ...(group === null ? {} : { GroupName: group }),
    // A number in decimal, whatever the digits of umask(2) look like.
    ...(umask === null ? {} : { Umask: umask }),
    ...(root === null ? {} : { RootDirectory: root }),
  };
}

function describeLimits(reader: SettingReader): Dictionary {
  const [soft, hard]: [Record<string, number>, Record<string, number>] = [{}, {}];
  for (const limit of reader.take('limits') ?? []) {
    const key = LIMITS[limit.name];
    if (key === undefined) reader.note(`limits = ${limit.name}: no counterpart in launchd`);
    // What is not limited has no entry.
    if (key !== undefined && limit.soft !== 'unlimited') soft[key] = limit.soft;
    if (key !== undefined && limit.hard !== null && limit.hard !== 'unlimited') hard[key] = limit.hard;
  }
  const nice = reader.take('nice');
  const isIdle = reader.isSet('ionice') && reader.take('ionice')?.class === 'idle';
  return {
    ...(Object.keys(soft).length > 0 ? { SoftResourceLimits: soft } : {}),
    ...(Object.keys(hard).length > 0 ? { HardResourceLimits: hard } : {}),
    ...(nice === null ? {} : { Nice: nice }),
    ...(isIdle ? { LowPriorityIO: true } : {}),
  };
}

function describeStreams(reader: SettingReader): Dictionary {
  const { input, out, errors, transcript } = takeStreams(reader);
  const err = errors ?? transcript;
  return {
    ...(input === null ? {} : { StandardInPath: input }),
    ...(out === null ? {} : { StandardOutPath: out }),
    ...(err === null ? {} : { StandardErrorPath: err }),
  };
}

function describeLife(job: Job, reader: SettingReader): Dictionary {
  reader.take('stopTimeout');
  const [first, second] = reader.take('stopSignals');
  if (first?.signal !== 15 || (second && second.signal !== 9))
    reader.lose('stopSignals', 'launchd sends TERM, and KILL after the time of all');
  const scope = reader.take('stopScope');
  const isGiven = reader.isSet('exitCodes');
  const [codes, once] = [reader.take('exitCodes'), reader.take('once')];
  if (isGiven && !once && codes.some(code => code !== 0))
    reader.lose('exitCodes', 'launchd tells only 0 from the rest');
  for (const field of ['forever', 'backoffLimit'] as const) reader.take(field);
  const pause = Math.max(1, Math.ceil(reader.take('backoffFirst')));
  return {
    ExitTimeOut: job.stop ?? 0,
    RunAtLoad: reader.take('autostart'),
    ...(reader.take('disable') ? { Disabled: true } : {}),
    ...(once ? {} : { KeepAlive: codes.includes(0) ? { SuccessfulExit: false } : true }),
    ThrottleInterval: pause,
    ...(scope === 'only-group' ? { AbandonProcessGroup: true } : {}),
  };
}

/** @throws UsageError with the text that no property list can hold */
function checkText({ name }: Job, value: PlistValue): void {
  if (typeof value === 'string' && !isXmlText(value))
    throw new UsageError(
      `cannot export ${name} to launchd: XML has no such character as in ${JSON.stringify(value)}; put it into a script`,
    );
  if (typeof value === 'object') {
    for (const [key, one] of Object.entries(value)) {
      checkText({ name } as Job, key);
      checkText({ name } as Job, one as PlistValue);
    }
  }
}
