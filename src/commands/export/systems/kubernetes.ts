import { askZd, type Job, noteOutput, planJobs } from '../jobs';
import { SettingReader } from '../setting-reader';
import { NO_LIMIT } from '../stop-time';
import { writeYaml, type YamlValue } from '../texts/yaml';
import type { Exported, ExportRequest } from '../types';
import { listVariables, readEnvFiles } from '../variables';
import { IMAGE_NOTE, idOf, imageOf, readFolder, readStreams } from './containers';
import { describeProbes } from './kubernetes-probes';

type Map = { [key: string]: YamlValue };

/** A container, what belongs to its pod, and what is lost. */
interface Container {
  container: Map;
  pod: Map;
  lost: string[];
}

/** Looks of zd at itself cost the start of a Node each, for which the usual second is too short. */
const CHECK = { periodSeconds: 30, timeoutSeconds: 10 };

/** A Deployment for each program, or for all of them; a Job for a program that runs once. API apps/v1 and batch/v1. */
export function exportKubernetes(request: ExportRequest): Exported {
  const parts = planJobs(request, 'up').map(job => {
    const { image, notes } = imageOf(request, job);
    const { container, pod, lost } = job.isUnderZd
      ? describeUnderZd(request, job)
      : describeDirect(request, job);
    if (job.stop === null) lost.push('stop-timeout = 0: Kubernetes has no unlimited time, so it is a year');
    if (job.needs.length > 0)
      lost.push('after: Kubernetes has no order; a program has to wait for what it needs');
    notes.push(...job.notes, ...noteOutput(job, 'the log of the container'));
    if (job.isUnderZd) notes.push(IMAGE_NOTE);
    const comments = [...notes, ...lost];
    const name = resourceName(job.name);
    const spec = {
      ...(job.program?.configuration.settings.once ? { restartPolicy: 'Never' } : {}),
      terminationGracePeriodSeconds: job.stop ?? NO_LIMIT,
      shareProcessNamespace: true,
      ...pod,
      containers: [{ name, image, ...container }],
    };
    const text = writeYaml(describeResource(request, job, spec), comments);
    return { file: { name: `${name}.yaml`, text }, remarks: comments.map(line => `${job.name}: ${line}`) };
  });
  return { files: parts.map(({ file }) => file), remarks: parts.flatMap(({ remarks }) => remarks) };
}

/** Labels, names of containers and names of hosts have the same rules. */
function resourceName(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9-]/g, '-')
      .replace(/^-+/, '')
      .slice(0, 63)
      .replace(/-+$/, '') || 'program'
  );
}

function describeResource({ fleet }: ExportRequest, { name, program }: Job, spec: Map): Map {
  const settings = program?.configuration.settings;
  const id = resourceName(name);
  const tags = Object.fromEntries((settings?.tags ?? []).map(tag => [`tag.zd/${tag}`, 'true']));
  const own = { 'app.kubernetes.io/name': id };
  const labels = {
    ...own,
    ...(fleet === null ? {} : { 'app.kubernetes.io/part-of': resourceName(fleet) }),
    ...tags,
  };
  const metadata = { name: id, labels };
  const template = { metadata: { labels }, spec };
  if (settings?.once)
    return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { backoffLimit: 0, template } };
  const replicas = settings && (!settings.autostart || settings.disable) ? 0 : 1;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    // There is never a second one beside the first.
    spec: { replicas, strategy: { type: 'Recreate' }, selector: { matchLabels: own }, template },
  };
}

function describeUnderZd(request: ExportRequest, job: Job): Container {
  const container = {
    command: job.words.map(doubleDollars),
    readinessProbe: { exec: { command: askZd(request, job, 'status') }, ...CHECK },
  };
  return { container, pod: {}, lost: [] };
}

function describeDirect(request: ExportRequest, job: Job): Container {
  const reader = new SettingReader(job.program!.configuration);
  const folder = readFolder(reader, job);
  const [command = '', ...args] = job.words.map(doubleDollars);
  const { container: identity, pod } = describeIdentity(reader);
  const memory = reader.take('memoryLimit');
  if (memory !== null) reader.lose('memoryLimit', 'the kernel kills it at the limit, without a stop');
  const container: Map = {
    command: [command],
    ...(args.length === 0 ? {} : { args }),
    ...(folder === null ? {} : { workingDir: folder }),
    ...describeVariables(request, job, reader),
    ...identity,
    ...(memory === null ? {} : { resources: { limits: { memory: String(memory) } } }),
    ...describeProbes(reader),
    ...describeStop(reader),
  };
  readStreams(reader, 'Kubernetes');
  loseRestarts(reader);
  for (const field of [
    'program',
    'after',
    'tags',
    'autostart',
    'disable',
    'once',
    'clearEnvironment',
  ] as const)
    reader.take(field);
  return { container, pod, lost: reader.finish('Kubernetes') };
}

/** A file of variables becomes a secret, so that what is in it is not in this file. */
function describeVariables({ machine }: ExportRequest, { program, name }: Job, reader: SettingReader): Map {
  const sources = readEnvFiles(machine, reader, 'Kubernetes').map(({ path, isOptional }, index) => {
    const secret = `${resourceName(name)}-env${index === 0 ? '' : `-${index + 1}`}`;
    reader.note(`env-file = ${path}: kubectl create secret generic ${secret} --from-env-file=${path}`);
    return { secretRef: { name: secret, ...(isOptional ? { optional: true } : {}) } };
  });
  const env = listVariables(program!).map(([name, value]) => ({ name, value: doubleDollars(value) }));
  return { ...(sources.length === 0 ? {} : { envFrom: sources }), ...(env.length === 0 ? {} : { env }) };
}

function describeIdentity(reader: SettingReader): { container: Map; pod: Map } {
  const [user, group, groups] = [
    reader.take('user'),
    reader.take('group'),
    reader.take('supplementaryGroups'),
  ];
  const [uid, gid, gids] = [idOf(user), idOf(group), (groups ?? []).map(idOf)];
  const why = 'Kubernetes takes numbers, which the image decides';
  if (user !== null && uid === null) reader.lose('user', why);
  if (group !== null && gid === null) reader.lose('group', why);
  if (gids.includes(null)) reader.lose('supplementaryGroups', why);
  const context = {
    ...(uid === null ? {} : { runAsUser: uid }),
    ...(gid === null ? {} : { runAsGroup: gid }),
    ...(reader.take('noNewPrivileges') ? { allowPrivilegeEscalation: false } : {}),
  };
  const known = gids.filter(id => id !== null);
  return {
    container: Object.keys(context).length === 0 ? {} : { securityContext: context },
    pod: known.length === 0 ? {} : { securityContext: { supplementalGroups: known } },
  };
}

function describeStop(reader: SettingReader): Map {
  reader.take('stopTimeout');
  const [first, second] = reader.take('stopSignals');
  if (first?.signal !== 15 || (second && second.signal !== 9))
    reader.lose(
      'stopSignals',
      'Kubernetes sends what the image names as STOPSIGNAL, and KILL after the time of all',
    );
  const program = reader.take('stopProgram');
  if (program === null) return {};
  reader.lose('stopProgram', 'it is not told the pid of the program');
  return { lifecycle: { preStop: { exec: { command: program } } } };
}

function loseRestarts(reader: SettingReader): void {
  const why = 'Kubernetes starts it again after every end, with pauses of its own';
  for (const field of [
    'exitCodes',
    'failureCodes',
    'backoffLimit',
    'backoffFirst',
    'backoffFactor',
    'backoffReset',
    'attempts',
  ] as const)
    if (reader.isSet(field)) reader.lose(field, why);
  reader.take('forever');
}

/** `$(NAME)` is a variable, and two dollars are one. */
function doubleDollars(text: string): string {
  return text.replaceAll('$', '$$$$');
}
