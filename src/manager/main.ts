import { ROLES } from '../protocol/keeper/wire';
import { HANDSHAKE_FD, type LaunchOrder, type Stage } from '../protocol/launch-order';
import { acquireLock, inheritLock, LOCK_HELD_STATUS } from '../state/lock';
import { findLeftSessions } from '../state/orphans';
import type { SavedState } from '../state/saved-state';
import { systemClock } from '../system/clock';
import { closeForeignDescriptors } from '../system/descriptors';
import { describeReason, ExitStatus, UserError } from '../system/errors';
import { nameSignal, parseSignal } from '../system/signals';
import { VERSION } from '../system/version';
import { Assembly } from './assemble';
import { type EventLog, openEventLog } from './event-log';
import { inheritKeeper } from './parent/find-keeper';
import type { KeeperParent } from './parent/keeper-parent';
import { OtherManager, restoreState, settleIn } from './startup';
import { rehearse } from './takeover/holdings';
import { findLauncher, type Launcher } from './takeover/launcher';

/*
 * The detached manager. A keeper has begun it, or where there can be none, a client or its predecessor. Keeper and
 * manager hold the lock on the state folder until they exit. So there is no other manager, and only the lock's holder
 * probes, removes or binds the socket.
 */

let stage: Stage = 'manager';
let launcher: Launcher | null = null;
let keeper: KeeperParent | null = null;
let log: EventLog | null = null;
let running: { assembly: Assembly; log: EventLog; order: LaunchOrder } | null = null;
/** Signals that came before the manager could act on them. */
const early: string[] = [];

// Must come first: without a handler, SIGUSR1 opens a debugger port, and SIGUSR2 and SIGHUP terminate the manager.
// Users of zdaemon send these signals.
const signals = ['HUP', 'USR1', 'USR2', 'TERM', 'INT', 'QUIT', 'PIPE', 'XFSZ'] as const;
for (const name of signals) process.on(`SIG${name}`, () => handleSignal(`SIG${name}`));
process.on('uncaughtException', handleUncaught);

void start().catch(refuse);

async function start(): Promise<void> {
  keeper = inheritKeeper(process.env);
  launcher = findLauncher(keeper, process.env);
  const { launch, answer } = launcher;
  const { order } = launch;
  closeForeignDescriptors([keeper?.fd ?? HANDSHAKE_FD, HANDSHAKE_FD], order.stateFolder);
  if (keeper) keeper.listener.told = number => handleSignal(nameSignal(number));
  const enter = (next: Stage) => {
    stage = next;
  };

  enter('lock');
  if (order.purpose === 'succeed' && !keeper) inheritLock(HANDSHAKE_FD + 1);
  else if (!acquireLock(order.stateFolder)) throw new OtherManager();
  const kept = replacesAnother(keeper) ? keeper.kept.map(({ pid }) => pid) : null;
  const surroundings = settleIn(launch, { clock: systemClock, kept, isKept: keeper !== null, enter });
  enter('event log');
  const { mayLack } = surroundings;
  const { name } = order;
  log = openEventLog({
    settings: order.eventLog,
    clock: systemClock,
    mayLack,
    ...(name === undefined ? {} : { name }),
    path: surroundings.environment.PATH,
    runAs: surroundings.runAs,
  });
  if (order.purpose === 'succeed') {
    enter('transcript');
    if (!mayLack) rehearse(order, surroundings.runAs);
    answer({ outcome: 'ready' });
    if (!(await launcher.awaitGo())) process.exit(ExitStatus.failed);
    // The predecessor may have saved a newer state since.
    surroundings.saved = restoreState(order, systemClock, kept);
  }
  const { state, problem } = surroundings.saved;
  const assembly = new Assembly({ launch, surroundings, log, keeper });
  await assembly.open(state?.program?.pid ?? null, enter);
  running = { assembly, log, order };
  enter('program');
  log.log('info', 'daemon manager started');
  if (problem) log.log('warn', problem);
  const begun = begin(assembly, { order, answer, saved: state });
  assembly.reception.open();
  assembly.manager.watchConfiguration(order.purpose !== 'start' || kept !== null);
  for (const name of early.splice(0)) handleSignal(name);
  const stays = await begun;
  // After a failure the launcher waits for the pipe to close, which must then happen only when this manager exits.
  if (stays) launcher.close();
}

interface Beginning {
  order: LaunchOrder;
  answer: Launcher['answer'];
  saved: SavedState | null;
}

/**
 * Adopts or starts the program, and reports the outcome to the launcher.
 *
 * @returns whether this manager stays
 */
async function begin(assembly: Assembly, { order, answer, saved }: Beginning): Promise<boolean> {
  const { manager } = assembly;
  const isReplacement = replacesAnother(keeper);
  if (keeper && isReplacement && manager.continue(keeper)) {
    if (isUpgrade(order)) manager.emit({ event: 'upgraded', managerPid: process.pid, version: VERSION });
    answer({ outcome: 'took over' });
    return true;
  }
  const hasLeftovers = saved !== null && findLeftSessions(saved).length > 0;
  // The program may have exited just now. Then there is nothing to adopt, and a start starts it anew.
  const adopted = manager.adopt(keeper);
  if (order.purpose === 'succeed' || isReplacement) {
    if (isUpgrade(order)) manager.emit({ event: 'upgraded', managerPid: process.pid, version: VERSION });
    answer({ outcome: 'took over' });
    // When all that was saved is lost: a manager exits with its program unless it hangs around.
    const isWanted = saved ? saved.wanted === 'up' : !order.settings.hangAround;
    if (!adopted && isWanted) void manager.start({});
    return true;
  }
  if (!adopted && order.purpose === 'adopt') {
    const reason = 'the program has just exited';
    answer({ outcome: 'refused', stage, reason, status: ExitStatus.failed });
    manager.exit();
    // While it is still ending the program's leftovers, clients can ask for its status.
    return manager.status().state === 'stopping' && hasLeftovers;
  }
  const outcome = await manager.start({
    patient: order.patient,
    ...(order.once ? { once: true } : {}),
    ...(order.caller === undefined ? {} : { user: order.caller }),
  });
  answer(outcome);
  // After a failed start it may stay: to try again, or because of hang-around.
  return outcome.outcome !== 'failed' || manager.status().state !== 'stopping';
}

/** Whether a manager has handed over to this one, and did not die. */
function isUpgrade({ purpose, replacement }: LaunchOrder): boolean {
  return keeper && keeper.role !== ROLES.launch
    ? keeper.role === ROLES.succeed
    : purpose === 'succeed' && !replacement;
}

/** Whether the keeper has begun this manager after another one, or beside it. */
function replacesAnother(parent: KeeperParent | null): parent is KeeperParent {
  return parent !== null && parent.role !== ROLES.launch;
}

function handleSignal(name: string): void {
  if (!running) return handleEarly(name);
  const { assembly, order } = running;
  const { manager } = assembly;
  // In the foreground, the manager is the daemon for its supervisor: a hang-up ends it, and the rest is the program's.
  const ends = ['SIGTERM', 'SIGINT', 'SIGQUIT', ...(order.attached ? ['SIGHUP'] : [])];
  if (ends.includes(name)) manager.leave(name);
  if (order.attached && name.startsWith('SIGUSR'))
    return void manager.kill(parseSignal(name) ?? 0).catch(() => {});
  if (name !== 'SIGHUP') return;
  try {
    manager.reopen();
  } catch (error) {
    running.log.log('error', `cannot reopen: ${describeReason(error)}`);
  }
}

/** A manager that continues for another one may have a program to stop first. */
function handleEarly(name: string): void {
  if (name === 'SIGHUP' || replacesAnother(keeper)) early.push(name);
  else if (['SIGTERM', 'SIGINT', 'SIGQUIT'].includes(name)) process.exit(ExitStatus.failed);
}

/** A bug must not leave the program without a manager: another one takes over; it continues if that is no help. */
function handleUncaught(error: Error): void {
  if (!running) return refuse(error);
  running.log.log('critical', `unexpected error: ${error?.stack ?? error}`);
  running.assembly.replaceItself();
}

/** Exits after a failed launch, and reports the stage and the reason to the launcher. */
function refuse(error: unknown): void {
  // The exit status that flock(1) has for this, so that the launcher waits for the other manager.
  if (error instanceof OtherManager && keeper?.role !== ROLES.succeed) {
    if (keeper?.role === ROLES.revive) keeper.leave(true);
    process.exit(LOCK_HELD_STATUS);
  }
  const isBug = !(error instanceof UserError) && !(error as NodeJS.ErrnoException)?.syscall;
  const reason = isBug && error instanceof Error ? (error.stack ?? error.message) : describeReason(error);
  const status = error instanceof UserError ? error.status : ExitStatus.failed;
  launcher?.answer({ outcome: 'refused', stage, reason, status });
  // The keeper waits for no answer.
  if (keeper?.role === ROLES.revive)
    log?.log('critical', `cannot replace the dead manager: ${stage}: ${reason}`);
  process.exit(ExitStatus.failed);
}
