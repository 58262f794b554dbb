import type { LaunchOrder } from '../../../protocol/launch-order';
import { type Clock, sleep } from '../../../system/clock';
import { type Identity, isRunning } from '../../../system/identity';
import type { EventLog } from '../../event-log';
import type { Parent } from '../../parent/parent';

/** Seconds that the command has for the end of its input, if stop-timeout is not shorter; and for SIGTERM. */
const GRACE = 10;
const TERM_GRACE = 5;
/** Seconds until the event log says what the manager waits for. */
const QUIET = 1;
/** Seconds that a process that was killed may take, for example on a hung disk. */
const KILL_PATIENCE = 1;
const SIGTERM = 15;
const SIGKILL = 9;

export interface Ending {
  /** Resolves when it has exited. */
  ended: Promise<void>;
  title: string;
  order: LaunchOrder;
  parent: Parent;
  clock: Clock;
  log: EventLog;
  /** Its process, once it is known. */
  find(): Identity | undefined;
}

/** Waits for a command that has got the end of its input; then come SIGTERM and SIGKILL, for its process group. */
export async function endReceiver(ending: Ending): Promise<void> {
  const { ended, title, order, clock, log } = ending;
  const { stopTimeout } = order.settings;
  const grace = stopTimeout === 0 ? GRACE : Math.min(GRACE, stopTimeout);
  const isOver = async (seconds: number) =>
    Promise.race([ended.then(() => true), sleep(seconds, clock).then(() => false)]);
  if (await isOver(Math.min(QUIET, grace))) return;
  log.log('info', `waiting for ${title} to end`);
  if (await isOver(Math.max(0, grace - QUIET))) return;
  signal(ending, 'SIGTERM', SIGTERM, grace);
  if (await isOver(TERM_GRACE)) return;
  signal(ending, 'SIGKILL', SIGKILL, TERM_GRACE);
  await isOver(KILL_PATIENCE);
}

function signal({ title, parent, log, find }: Ending, name: string, number: number, after: number): void {
  const identity = find();
  log.log('warn', `sending ${name} to ${title}, which has not ended ${after} s after the end of its input`);
  if (identity) parent.signalGroup(identity, number).catch(() => {});
}

/** Kills what a command has left behind in its session: it would read what the next one is to get. */
export function killSession(session: number, parent: Parent): void {
  for (const one of parent.findDescendants())
    if (one.session === session && isRunning(one)) parent.signal(one, SIGKILL).catch(() => {});
}
