import { HANDSHAKE_FD, type LaunchOrder, type Stage } from '../protocol/launch-order';
import { readOrder } from '../protocol/read-order';
import { acquireLock, inheritLock, LOCK_HELD_STATUS } from '../state/lock';
import { findGroups } from '../state/orphans';
import type { SavedState } from '../state/saved-state';
import { systemClock } from '../system/clock';
import { closeForeignDescriptors } from '../system/descriptors';
import { describeReason, ExitStatus, UserError } from '../system/errors';
import { Assembly } from './assemble';
import { type EventLog, openEventLog } from './event-log';
import type { Manager } from './manager';
import { OtherManager, restoreState, settleIn } from './startup';
import { answerHandshake, closeHandshake, readHandshakeLine } from './takeover/handshake';
import { rehearse } from './takeover/holdings';

/*
 * The detached manager. flock(1), or the manager before us, has put us here with the lock on the state folder, which
 * lasts as long as we live: there is no other manager, and only under it a socket is probed, removed or bound.
 */

let stage: Stage = 'manager';
let running: { assembly: Assembly; log: EventLog; order: LaunchOrder } | null = null;

// First of all: without handlers SIGUSR1 opens a debugger port, and SIGUSR2 and SIGHUP end us (zdaemon users send them).
for (const name of ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGTERM', 'SIGINT', 'SIGPIPE', 'SIGXFSZ'] as const) {
  process.on(name, () => obey(name));
}
process.on('uncaughtException', survive);

void start().catch(refuse);

async function start(): Promise<void> {
  const line = readHandshakeLine();
  if (line === null) throw new UserError('nobody said what to do; a manager is started by zd start');
  const order = readOrder(JSON.parse(line), true);
  closeForeignDescriptors([HANDSHAKE_FD], order.stateFolder);
  const enter = (next: Stage) => {
    stage = next;
  };

  enter('lock');
  if (order.purpose === 'succeed') inheritLock(HANDSHAKE_FD + 1);
  else if (!acquireLock(order.stateFolder)) throw new OtherManager();
  const surroundings = settleIn(order, systemClock, enter);
  enter('event log');
  const log = openEventLog({ settings: order.eventLog, clock: systemClock });
  if (order.purpose === 'succeed') {
    enter('transcript');
    rehearse(order);
    answerHandshake({ outcome: 'ready' });
    if (readHandshakeLine() !== 'go') process.exit(ExitStatus.failed);
    // What the manager before us knew last.
    surroundings.saved = restoreState(order, systemClock);
  }
  const { state, problem } = surroundings.saved;
  const assembly = new Assembly(order, surroundings, log);
  await assembly.open(state?.program?.pid ?? null, enter);
  running = { assembly, log, order };
  enter('program');
  log.log('info', 'daemon manager started');
  if (problem) log.log('warn', problem);
  const stays = await begin(order, assembly.manager, state);
  // A launcher that hears of a failure waits for the end of the pipe too, which then comes with our own.
  if (stays) closeHandshake();
}

/**
 * Takes back or starts the program, and tells whoever started us.
 *
 * @returns whether this manager stays
 */
async function begin(order: LaunchOrder, manager: Manager, saved: SavedState | null): Promise<boolean> {
  const hasLeftovers = saved !== null && findGroups(saved).length > 0;
  // The program may have ended in this very moment: then there is nothing to take back, and a start starts it.
  const adopted = manager.adopt();
  if (order.purpose === 'succeed') {
    answerHandshake({ outcome: 'took over' });
    if (!adopted && saved?.wanted === 'up') void manager.start({});
    return true;
  }
  if (!adopted && order.purpose === 'adopt') {
    const reason = 'the program ended just now';
    answerHandshake({ outcome: 'refused', stage, reason, status: ExitStatus.failed });
    manager.exit();
    // While it still ends what the program has left behind, it can be asked how that goes.
    return manager.status().state === 'stopping' && hasLeftovers;
  }
  const outcome = await manager.start({ patient: order.patient });
  answerHandshake(outcome);
  // After a failed start it may stay: to try again, or because it hangs around.
  return outcome.outcome !== 'failed' || manager.status().state !== 'stopping';
}

function obey(name: NodeJS.Signals): void {
  if (name === 'SIGTERM' || name === 'SIGINT') {
    if (running) running.assembly.manager.leave(name);
    else process.exit(ExitStatus.failed);
  }
  if (name !== 'SIGHUP' || !running) return;
  try {
    running.assembly.manager.reopen();
  } catch (error) {
    running.log.log('error', `cannot reopen: ${describeReason(error)}`);
  }
}

/** A bug of ours must not cost the program its manager: another one takes over, once; the second time we just go on. */
function survive(error: Error): void {
  if (!running) return refuse(error);
  running.log.log('critical', `unexpected error: ${error?.stack ?? error}`);
  // One that keeps a terminal is waited for: its end would be taken for the program's.
  if (!running.order.replacement && !running.order.attached) running.assembly.replaceItself();
}

/** Ends a start that came to nothing, and tells the launcher where and why. */
function refuse(error: unknown): void {
  // In the words of flock(1), so that whoever started us waits for the other one.
  if (error instanceof OtherManager) process.exit(LOCK_HELD_STATUS);
  const isBug = !(error instanceof UserError) && !(error as NodeJS.ErrnoException)?.syscall;
  const reason = isBug && error instanceof Error ? (error.stack ?? error.message) : describeReason(error);
  const status = error instanceof UserError ? error.status : ExitStatus.failed;
  answerHandshake({ outcome: 'refused', stage, reason, status });
  process.exit(ExitStatus.failed);
}
