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
 * The detached manager. It inherits the lock on the state folder from flock(1) or from its predecessor, and holds it
 * until it exits. So there is no other manager, and only the lock's holder probes, removes or binds the socket.
 */

let stage: Stage = 'manager';
let running: { assembly: Assembly; log: EventLog; order: LaunchOrder } | null = null;

// Must come first: without a handler, SIGUSR1 opens a debugger port, and SIGUSR2 and SIGHUP terminate the manager.
// Users of zdaemon send these signals.
for (const name of ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGTERM', 'SIGINT', 'SIGPIPE', 'SIGXFSZ'] as const) {
  process.on(name, () => handleSignal(name));
}
process.on('uncaughtException', handleUncaught);

void start().catch(refuse);

async function start(): Promise<void> {
  const line = readHandshakeLine();
  if (line === null) throw new UserError('it received no order; start a manager with zd start');
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
    // The predecessor may have saved a newer state since.
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
  // After a failure the launcher waits for the pipe to close, which must then happen only when this manager exits.
  if (stays) closeHandshake();
}

/**
 * Adopts or starts the program, and reports the outcome to the launcher.
 *
 * @returns whether this manager stays
 */
async function begin(order: LaunchOrder, manager: Manager, saved: SavedState | null): Promise<boolean> {
  const hasLeftovers = saved !== null && findGroups(saved).length > 0;
  // The program may have exited just now. Then there is nothing to adopt, and a start starts it anew.
  const adopted = manager.adopt();
  if (order.purpose === 'succeed') {
    answerHandshake({ outcome: 'took over' });
    if (!adopted && saved?.wanted === 'up') void manager.start({});
    return true;
  }
  if (!adopted && order.purpose === 'adopt') {
    const reason = 'the program has just exited';
    answerHandshake({ outcome: 'refused', stage, reason, status: ExitStatus.failed });
    manager.exit();
    // While it is still ending the program's leftovers, clients can ask for its status.
    return manager.status().state === 'stopping' && hasLeftovers;
  }
  const outcome = await manager.start({ patient: order.patient });
  answerHandshake(outcome);
  // After a failed start it may stay: to try again, or because of hang-around.
  return outcome.outcome !== 'failed' || manager.status().state !== 'stopping';
}

function handleSignal(name: NodeJS.Signals): void {
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

/** A bug must not leave the program without a manager: the first time, hand over to a new one; after that, continue. */
function handleUncaught(error: Error): void {
  if (!running) return refuse(error);
  running.log.log('critical', `unexpected error: ${error?.stack ?? error}`);
  // With `daemon off`, the client waits for this process, and would mistake its exit for the program's.
  if (!running.order.replacement && !running.order.attached) running.assembly.replaceItself();
}

/** Exits after a failed launch, and reports the stage and the reason to the launcher. */
function refuse(error: unknown): void {
  // The exit status that flock(1) has for this, so that the launcher waits for the other manager.
  if (error instanceof OtherManager) process.exit(LOCK_HELD_STATUS);
  const isBug = !(error instanceof UserError) && !(error as NodeJS.ErrnoException)?.syscall;
  const reason = isBug && error instanceof Error ? (error.stack ?? error.message) : describeReason(error);
  const status = error instanceof UserError ? error.status : ExitStatus.failed;
  answerHandshake({ outcome: 'refused', stage, reason, status });
  process.exit(ExitStatus.failed);
}
