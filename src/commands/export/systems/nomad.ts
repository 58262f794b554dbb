import { nameSignal } from '../../../system/signals';
import { findWords } from '../find-words';
import { type Job, noteOutput, planJobs } from '../jobs';
import { planRestarts } from '../restarts';
import { SettingReader } from '../setting-reader';
import { NO_LIMIT } from '../stop-time';
import { type HclBlock, type HclValue, writeHcl } from '../texts/hcl';
import type { Exported, ExportRequest } from '../types';
import { listVariables, readEnvFiles } from '../variables';
import { IMAGE_NOTE, readFolder, readStreams } from './containers';

type Attributes = { [key: string]: HclValue };

interface Task {
  task: HclBlock['body'];
  /** Of its group. */
  restart: Attributes;
  lost: string[];
}

/** Seconds. What a client of Nomad grants at most unless its own configuration says more. */
const USUAL_MOST = 30;

/** A job for each program, or for all of them: with docker if there is an image, else as a process of the client. */
export function exportNomad(request: ExportRequest): Exported {
  const parts = planJobs(request, 'up').map(job => {
    const { task, restart, lost } = job.isUnderZd
      ? describeUnderZd(request, job)
      : describeDirect(request, job);
    lost.unshift(...job.notes, ...noteOutput(job, 'the log of Nomad'));
    if (job.isUnderZd && request.image !== null) lost.push(IMAGE_NOTE);
    if (job.needs.length > 0) lost.push('after: Nomad orders only tasks of one group; a program has to wait');
    if (job.stop === null) lost.push('stop-timeout = 0: Nomad has no unlimited time, so it is a year');
    if ((job.stop ?? NO_LIMIT) > USUAL_MOST)
      lost.push(
        `kill_timeout: a client grants at most its max_kill_timeout, ${USUAL_MOST} seconds unless it says more`,
      );
    const name = job.name.replace(/[^A-Za-z0-9._-]/g, '-');
    const settings = job.program?.configuration.settings;
    const block: HclBlock = {
      type: 'job',
      label: name,
      body: [
        { type: settings?.once ? 'batch' : 'service' },
        {
          type: 'group',
          label: name,
          body: [
            ...(settings && (!settings.autostart || settings.disable) ? [{ count: 0 }] : []),
            { type: 'restart', body: [restart] },
            { type: 'task', label: name, body: task },
          ],
        },
      ],
    };
    return {
      file: { name: `${name}.nomad.hcl`, text: writeHcl(block, lost) },
      remarks: lost.map(line => `${job.name}: ${line}`),
    };
  });
  return { files: parts.map(({ file }) => file), remarks: parts.flatMap(({ remarks }) => remarks) };
}

function describeUnderZd(request: ExportRequest, job: Job): Task {
  const once = job.program?.configuration.settings.once;
  const task = [
    ...describeDriver(request, job.words, null),
    ...(request.image === null ? describeHost(request) : []),
    ...describeKill(job, 15),
  ];
  return { task, restart: once ? { attempts: 0, mode: 'fail' } : restartBlock(10, null, 0), lost: [] };
}

function describeDirect(request: ExportRequest, job: Job): Task {
  const { configuration } = job.program!;
  const reader = new SettingReader(configuration);
  const words = request.image === null ? findWords(request, job, job.words, reader) : job.words;
  const folder = readFolder(reader, job);
  const user = reader.take('user');
  reader.take('stopTimeout');
  const [first, second] = reader.take('stopSignals');
  if (second && second.signal !== 9)
    reader.lose('stopSignals', 'Nomad sends the first of them, and KILL after the time of all');
  if (words.some(word => /\$\{[\w.-]+\}/.test(word)))
    reader.note(`program: Nomad puts its own variables in the place of $\{NAME}`);
  const task = [
    ...describeDriver(request, words, folder),
    ...(user === null ? [] : [{ user }]),
    ...describeVariables(request, job, reader),
    ...describeKill(job, first?.signal ?? 15),
    ...describeMemory(reader),
  ];
  const restart = describeRestart(reader);
  readStreams(reader, 'Nomad');
  for (const field of ['program', 'after', 'autostart', 'disable', 'clearEnvironment'] as const)
    reader.take(field);
  return { task, restart, lost: reader.finish('Nomad') };
}

function describeDriver({ image }: ExportRequest, [command = '', ...args]: string[], folder: string | null) {
  const place = folder === null ? {} : { work_dir: folder };
  if (image === null)
    return [{ driver: 'raw_exec' }, { type: 'config', body: [{ command, args, ...place }] }];
  const config = { image, entrypoint: [command], args, init: true, ...place };
  return [{ driver: 'docker' }, { type: 'config', body: [config] }];
}

function describeVariables({ machine }: ExportRequest, { program }: Job, reader: SettingReader) {
  for (const { path } of readEnvFiles(machine, reader, 'Nomad'))
    reader.note(
      `env-file = ${path}: put it into a template block with env = true, or into Nomad's variables`,
    );
  const variables = listVariables(program!);
  for (const [name] of variables)
    if (!/^\w+$/.test(name)) reader.note(`${name} in the environment: Nomad makes _ of other characters`);
  return variables.length === 0 ? [] : [{ env: Object.fromEntries(variables) }];
}

function describeHost({ machine }: ExportRequest) {
  return [{ ...(machine.caller === null ? {} : { user: machine.caller }), env: { PATH: machine.path } }];
}

/** SIGINT is what Nomad would send. */
function describeKill({ stop }: Job, signal: number) {
  return [{ kill_timeout: `${stop ?? NO_LIMIT}s`, kill_signal: nameSignal(signal).replace('signal ', '') }];
}

function describeMemory(reader: SettingReader): HclBlock[] {
  const limit = reader.take('memoryLimit');
  if (limit === null) return [];
  reader.lose('memoryLimit', 'the kernel kills it at the limit, without a stop');
  return [{ type: 'resources', body: [{ memory: Math.max(10, Math.ceil(limit / 1024 ** 2)) }] }];
}

function describeRestart(reader: SettingReader): Attributes {
  if (reader.take('once')) return { attempts: 0, mode: 'fail' };
  const [backoffFirst, backoffFactor, backoffLimit, backoffReset, attempts, forever] = [
    reader.take('backoffFirst'),
    reader.take('backoffFactor'),
    reader.take('backoffLimit'),
    reader.take('backoffReset'),
    reader.take('attempts'),
    reader.take('forever'),
  ];
  const plan = planRestarts({ backoffFirst, backoffFactor, backoffLimit, backoffReset, attempts, forever });
  if (reader.isSet('exitCodes')) reader.lose('exitCodes', 'Nomad starts a service again after every end');
  return restartBlock(plan.first, plan.attempts, plan.span);
}

/** Nomad waits equally long each time, and refuses an interval that is too short for all attempts. */
function restartBlock(delay: number, attempts: number | null, span: number): Attributes {
  const pause = Math.max(1, Math.ceil(delay));
  const interval = `${Math.max(5, span, pause * (attempts ?? 1))}s`;
  if (attempts === null) return { attempts: 1, interval, delay: `${pause}s`, mode: 'delay' };
  return { attempts, interval, delay: `${pause}s`, mode: 'fail' };
}
