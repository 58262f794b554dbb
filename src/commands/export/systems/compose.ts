import { nameSignal } from '../../../system/signals';
import { askZd, type Job, noteOutput, planJobs } from '../jobs';
import { planRestarts } from '../restarts';
import { SettingReader } from '../setting-reader';
import { NO_LIMIT } from '../stop-time';
import { writeYaml, type YamlValue } from '../texts/yaml';
import type { Exported, ExportRequest } from '../types';
import { listVariables, readEnvFiles } from '../variables';
import { IMAGE_NOTE, imageOf, readFolder, readStreams } from './containers';

type Map = { [key: string]: YamlValue };

/** Looks of zd at itself cost the start of a Node each. */
const CHECK = { interval: '30s', timeout: '10s', retries: 3 };

/** One `compose.yaml` with a service for each program, or for all of them; the Compose specification. */
export function exportCompose(request: ExportRequest): Exported {
  const jobs = planJobs(request, 'up');
  const services: Map = {};
  const comments: string[] = [];
  const checked = new Set(jobs.filter(hasCheck).map(({ name }) => name));
  for (const job of jobs) {
    const { image, notes } = imageOf(request, job);
    const { service, lost } = job.isUnderZd ? describeUnderZd(request, job) : describeDirect(request, job);
    services[serviceName(job.name)] = {
      image,
      init: true,
      ...service,
      stop_grace_period: `${job.stop ?? NO_LIMIT}s`,
      ...describeNeeds(job, checked),
    };
    if (job.stop === null) lost.push('stop-timeout = 0: compose has no unlimited time, so it is a year');
    notes.push(...job.notes, ...noteOutput(job, 'the log of the container'));
    if (job.isUnderZd) notes.push(IMAGE_NOTE);
    comments.push(...[...notes, ...lost].map(line => `${job.name}: ${line}`));
  }
  return { files: [{ name: 'compose.yaml', text: writeYaml({ services }, comments) }], remarks: comments };
}

function describeUnderZd(request: ExportRequest, job: Job): { service: Map; lost: string[] } {
  const settings = job.program?.configuration.settings;
  const service: Map = {
    entrypoint: job.words.map(doubleDollars),
    restart: settings?.once ? 'no' : 'on-failure',
    healthcheck: { test: ['CMD', ...askZd(request, job, 'status').map(doubleDollars)], ...CHECK },
    ...(settings && !settings.autostart ? { profiles: ['manual'] } : {}),
  };
  return { service, lost: [] };
}

function describeDirect(request: ExportRequest, job: Job): { service: Map; lost: string[] } {
  const reader = new SettingReader(job.program!.configuration);
  const folder = readFolder(reader, job);
  const files = readEnvFiles(request.machine, reader, 'compose');
  const variables = listVariables(job.program!);
  const service: Map = {
    entrypoint: job.words.map(doubleDollars),
    ...(folder === null ? {} : { working_dir: doubleDollars(folder) }),
    ...(files.length === 0
      ? {}
      : {
          env_file: files.map(({ path, isOptional }) => ({
            path: doubleDollars(path),
            required: !isOptional,
          })),
        }),
    ...(variables.length === 0
      ? {}
      : { environment: Object.fromEntries(variables.map(([name, value]) => [name, doubleDollars(value)])) }),
    ...describeIdentity(reader),
    ...describeLimits(reader),
    ...describeLife(reader),
    ...describeOutput(reader),
  };
  for (const field of ['program', 'after', 'clearEnvironment'] as const) reader.take(field);
  return { service, lost: reader.finish('compose') };
}

function describeIdentity(reader: SettingReader): Map {
  const [user, group, groups] = [
    reader.take('user'),
    reader.take('group'),
    reader.take('supplementaryGroups'),
  ];
  const tags = reader.take('tags') ?? [];
  const who = [user ?? '', ...(group === null ? [] : [group])].join(':');
  return {
    ...(who === '' ? {} : { user: who.startsWith(':') ? `0${who}` : who }),
    ...(groups === null ? {} : { group_add: groups }),
    ...(reader.take('noNewPrivileges') ? { security_opt: ['no-new-privileges:true'] } : {}),
    ...(tags.length === 0 ? {} : { labels: Object.fromEntries(tags.map(tag => [`zd.tag.${tag}`, 'true'])) }),
  };
}

function describeLimits(reader: SettingReader): Map {
  const ulimits: Map = {};
  const number = (amount: number | 'unlimited') => (amount === 'unlimited' ? -1 : amount);
  for (const { name, soft, hard } of reader.take('limits') ?? []) {
    if (name === 'as') reader.note('limits = as: no counterpart in compose');
    else ulimits[name] = { soft: number(soft), hard: number(hard ?? soft) };
    if (hard === null) reader.note(`limits = ${name}: compose sets the hard limit, too`);
  }
  const [cpus, oom, memory] = [
    reader.take('cpuAffinity'),
    reader.take('oomScoreAdjust'),
    reader.take('memoryLimit'),
  ];
  if (memory !== null) reader.lose('memoryLimit', 'the kernel kills it at the limit, without a stop');
  return {
    ...(Object.keys(ulimits).length > 0 ? { ulimits } : {}),
    ...(cpus === null ? {} : { cpuset: cpus.join(',') }),
    ...(oom === null ? {} : { oom_score_adj: oom }),
    ...(memory === null ? {} : { mem_limit: memory }),
  };
}

function describeLife(reader: SettingReader): Map {
  reader.take('stopTimeout');
  const [first, second] = reader.take('stopSignals');
  if (second && second.signal !== 9)
    reader.lose('stopSignals', 'compose sends the first of them, and KILL after the time of all');
  return {
    stop_signal: nameSignal(first?.signal ?? 15).replace('signal ', ''),
    restart: chooseRestart(reader),
    ...describeCheck(reader),
    ...(reader.take('autostart') && !reader.take('disable') ? {} : { profiles: ['manual'] }),
  };
}

function chooseRestart(reader: SettingReader): string {
  const isGiven = reader.isSet('exitCodes');
  const codes = reader.take('exitCodes');
  if (isGiven && codes.some(code => code !== 0))
    reader.lose('exitCodes', 'compose tells only 0 from the rest');
  const [forever, limit, attempts] = [
    reader.take('forever'),
    reader.take('backoffLimit'),
    reader.take('attempts'),
  ];
  if (reader.take('once')) return 'no';
  if (!codes.includes(0)) return 'unless-stopped';
  const { attempts: count } = planRestarts({
    backoffFirst: 1,
    backoffFactor: null,
    backoffLimit: limit,
    backoffReset: null,
    attempts,
    forever,
  });
  return attempts === null || count === null ? 'on-failure' : `on-failure:${count}`;
}

/** A probe that is a command can be asked inside of the container. */
function describeCheck(reader: SettingReader): Map {
  const [ready, test, alive] = [reader.take('ready'), reader.take('startTestProgram'), reader.take('alive')];
  const words = [...(alive ?? []), ...(ready ?? [])].flatMap(probe =>
    probe.kind === 'command' ? [probe.words] : probe.kind === 'file' ? [['test', '-e', probe.path]] : [],
  );
  const [command = test] = words;
  for (const [field, probes] of [
    ['ready', ready],
    ['alive', alive],
  ] as const)
    if (probes?.some(({ kind }) => kind !== 'command' && kind !== 'file') || (probes?.length ?? 0) > 1)
      reader.lose(field, 'compose asks one command, which the image must contain');
  if (!command) return {};
  const [every, timeout, failures, start] = [
    reader.take('aliveEvery'),
    reader.take('aliveTimeout'),
    reader.take('aliveFailures'),
    reader.take('startTimeout'),
  ];
  if (alive) reader.note('alive: compose marks the container, and does not restart it');
  return {
    healthcheck: {
      test: ['CMD', ...command.map(doubleDollars)],
      interval: `${every}s`,
      timeout: `${timeout}s`,
      retries: failures,
      start_period: `${start}s`,
    },
  };
}

function describeOutput(reader: SettingReader): Map {
  readStreams(reader, 'compose');
  if (!reader.isSet('transcriptRotateSize')) return {};
  const size = reader.take('transcriptRotateSize') ?? 0;
  const keep = reader.take('transcriptKeep');
  // Here the file that is written counts, too; 0 keeps all of them.
  const options = { 'max-size': `${size}b`, 'max-file': String(keep === 0 ? 1_000_000 : keep + 1) };
  return { logging: { driver: 'json-file', options } };
}

function hasCheck({ isUnderZd, program }: Job): boolean {
  if (isUnderZd) return true;
  const { ready, alive, startTestProgram } = program!.configuration.settings;
  const probes = [...(ready ?? []), ...(alive ?? [])];
  return startTestProgram !== null || probes.some(({ kind }) => kind === 'command' || kind === 'file');
}

function describeNeeds({ needs }: Job, checked: ReadonlySet<string>): Map {
  if (needs.length === 0) return {};
  const rows = needs.map(({ program: { name, configuration }, isNeeded }) => {
    const once = configuration.settings.once;
    const condition = once
      ? 'service_completed_successfully'
      : checked.has(name)
        ? 'service_healthy'
        : 'service_started';
    return [serviceName(name), { condition, ...(isNeeded ? {} : { required: false }) }];
  });
  return { depends_on: Object.fromEntries(rows) };
}

function serviceName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '-');
}

/** A dollar begins a variable. */
function doubleDollars(text: string): string {
  return text.replaceAll('$', '$$$$');
}
