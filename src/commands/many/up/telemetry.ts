import type { Socket } from 'node:dgram';
import { hostname, networkInterfaces } from 'node:os';
import { observe, viewOf } from '../../../client/situation';
import type { Fleet, Member } from '../../../settings/fleet/fleet';
import {
  formatReportDatagram,
  parseControlDatagram,
  type ReportedJob,
  type Switch,
} from '../../../settings/foreign/pmtr/udp';
import { commandOf } from '../../../settings/schedule/what-runs';
import { describeReason, UserError } from '../../../system/errors';
import { inParallel, MOST_QUESTIONS } from '../jobs';
import { contextOf, type Many, runMember } from '../run-member';

/** Seconds between reports, as in pmtr. */
const INTERVAL = 10;
/** Datagrams that wait to be obeyed; others are dropped. */
const MOST_WAITING = 64;

export interface TelemetryScene extends Pick<Many, 'world' | 'runOne'> {
  /** The programs as the files have them now. */
  members(): readonly Member[];
  say(text: string): void;
  /** A program was stopped until the files are applied again. */
  noteStop(name: string): void;
}

/**
 * pmtr's UDP, if the file has it: reports every 10 seconds, and datagrams that switch programs on and off.
 *
 * @returns a function that ends it
 */
export function startTelemetry({ telemetry }: Fleet, scene: TelemetryScene): () => void {
  if (telemetry === null) return () => {};
  const { createSocket } = require('node:dgram') as typeof import('node:dgram');
  const open = (host: string) => createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const closers = [
    ...telemetry.listenOn.map(place => listen(open(place.host), place, scene)),
    ...telemetry.reportTo.map(place => report(open(place.host), place, scene)),
  ];
  return () => {
    for (const close of closers) close();
  };
}

function listen(socket: Socket, { host, port }: { host: string; port: number }, scene: TelemetryScene) {
  let waiting = 0;
  let work = Promise.resolve();
  socket.on('error', error => scene.say(`cannot listen on udp://${host}:${port}: ${describeReason(error)}`));
  socket.on('message', bytes => {
    const switches = parseControlDatagram(bytes);
    if (switches === null || waiting >= MOST_WAITING) return;
    waiting += 1;
    work = work.then(async () => {
      await obey(switches, scene);
      waiting -= 1;
    });
  });
  socket.bind(port, host);
  return () => socket.close();
}

/** Only programs of the file, and only these two verbs; of several for one program the last counts. */
async function obey(switches: readonly Switch[], scene: TelemetryScene): Promise<void> {
  const wanted = new Map(switches.map(({ name, verb }) => [name, verb]));
  const known = new Set(scene.members().map(({ name }) => name));
  for (const name of wanted.keys())
    if (!known.has(name)) scene.say(`a datagram names ${name}, which is no program here`);
  for (const member of scene.members()) {
    const verb = wanted.get(member.name);
    if (verb === undefined) continue;
    scene.say(`${member.name}: ${verb}d by a datagram`);
    const many: Many = { ...scene, fleet: undefined as never, attempt: undefined as never };
    const { errors } = await runMember(many, member, verb === 'enable' ? 'start' : 'stop');
    if (verb === 'disable') scene.noteStop(member.name);
    for (const error of errors) scene.say(`${member.name}: ${error}`);
  }
}

type Target = { host: string; port: number; interface: string | null };

function report(socket: Socket, target: Target, scene: TelemetryScene) {
  const { clock } = scene.world;
  let cancel = () => {};
  let isOver = false;
  let fault = '';
  const complain = (reason: string) => {
    if (reason !== fault) scene.say(`cannot report to udp://${target.host}:${target.port}: ${reason}`);
    fault = reason;
  };
  const address = target.interface === null ? null : addressOf(target.interface);
  const send = async () => {
    const jobs = await inParallel(scene.members(), MOST_QUESTIONS, member => describe(scene, member));
    const text = formatReportDatagram(
      hostname(),
      address,
      jobs.filter(job => job !== null),
    );
    if (isOver) return;
    socket.send(text, target.port, target.host, error => error && complain(describeReason(error)));
    cancel = clock.after(INTERVAL, () => void send());
  };
  socket.on('error', error => complain(describeReason(error)));
  socket.bind(0, () => {
    if (address !== null) setInterface(socket, address, complain);
    void send();
  });
  return () => {
    isOver = true;
    cancel();
    socket.close();
  };
}

function setInterface(socket: Socket, address: string, complain: (reason: string) => void): void {
  try {
    socket.setMulticastInterface(address);
  } catch (error) {
    complain(describeReason(error));
  }
}

function addressOf(device: string): string | null {
  return networkInterfaces()[device]?.find(({ family }) => family === 'IPv4')?.address ?? null;
}

/** @returns null for a program that has run once */
async function describe(scene: TelemetryScene, member: Member): Promise<ReportedJob | null> {
  const { name, configuration } = member;
  const { settings } = configuration;
  const command = commandOf(settings, 0)[0] ?? '';
  const down = { name, isEnabled: false, seconds: 0, pid: 0, command };
  try {
    const report = viewOf(await observe(contextOf(scene, member)))?.report;
    if (!report?.pid) return settings.once ? null : { ...down, isEnabled: report?.wanted === 'up' };
    return { name, isEnabled: true, seconds: report.uptime ?? 0, pid: report.pid, command };
  } catch (error) {
    if (error instanceof UserError) return down;
    throw error;
  }
}
