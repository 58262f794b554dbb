import type { LaunchOrder, Stage } from '../protocol/launch-order';
import { type Clock, systemClock } from '../system/clock';
import { Housekeeping } from '../system/collect-garbage';
import { describeReason, UserError } from '../system/errors';
import { answerRequest } from './control/requests';
import type { EventLog } from './event-log';
import { Manager } from './manager';
import { FolderKeeper } from './record/folder-guard';
import type { Surroundings } from './startup';
import { bequeath, handOver } from './takeover/handover';
import { Holdings } from './takeover/holdings';

/** Seconds until a state that could not be saved is saved again. */
const SAVE_RETRY = 2;

export interface RunningManager {
  manager: Manager;
  /** Starts a manager in place of this one, which met an error it cannot know the extent of, and leaves. */
  replaceItself(): void;
}

/**
 * Puts the manager together and opens what only one can hold: transcript and socket.
 *
 * @param order what it works by
 * @param surroundings what `settleIn` found
 * @param log the open event log
 * @param enter told the name of each stage before it is tried
 * @throws the error of the stage that failed
 */
export async function runManager(
  order: LaunchOrder,
  { environment, folders, saved }: Surroundings,
  log: EventLog,
  enter: (stage: Stage) => void,
): Promise<RunningManager> {
  const clock: Clock = systemClock;
  let isReminded = false;
  const housekeeping = new Housekeeping(clock);
  const keeper = new FolderKeeper(order.stateFolder, log, () => {
    log.log('critical', 'another manager has the state folder, and the program with it; exiting');
    process.exit(1);
  });
  const holdings: Holdings = new Holdings({
    order,
    clock,
    log,
    program: () => manager.status().pid,
    answer: line => {
      housekeeping.noteRequest();
      return answerRequest(line, manager);
    },
    checkFolder: () => keeper.check() && manager.remember(),
  });
  enter('transcript');
  holdings.openTranscript(saved.state?.program?.pid ?? null);
  const manager: Manager = new Manager({
    order,
    clock,
    eventLog: log,
    get transcript() {
      return holdings.transcript;
    },
    environment,
    folders,
    saved: saved.state,
    save: state => {
      housekeeping.noteStir();
      keeper.check();
      const isSaved = keeper.save(state);
      if (!isSaved) remindToSave();
      return isSaved;
    },
    socketFault: () => holdings.socketFault,
    handOver: async (successor, { execPath, script }) => {
      // Whoever waits for the end of this one has the terminal, and would take the change for that.
      if (order.attached)
        throw new UserError('it was started with daemon off, and keeps a terminal; stop and start instead');
      keeper.check();
      if (!keeper.isOurs) throw new UserError(`the state folder ${order.stateFolder} is not to be had`);
      const release = () => holdings.release();
      const resume = () => holdings.resume();
      const pid = await handOver({ order: successor, execPath, script, environment, clock, release, resume });
      log.log('info', `manager pid=${pid} took over`);
      // The answer to whoever asked for this goes out first.
      setImmediate(() => void holdings.close().then(() => process.exit(0)));
      return pid;
    },
    leave: status => {
      // One more turn of the loop, so that a launcher still waiting hears of it first.
      void holdings.close().then(() =>
        setImmediate(() => {
          log.close();
          process.exit(status);
        }),
      );
    },
  });
  enter('socket');
  await holdings.openSocket();

  /** A full disk has room again, or what was in the way is gone. */
  function remindToSave(): void {
    if (isReminded) return;
    isReminded = true;
    clock.after(SAVE_RETRY, () => {
      isReminded = false;
      manager.remember();
    });
  }

  function replaceItself(): void {
    keeper.check();
    const script = process.argv[1] ?? '';
    const successor = { ...manager.successorOrder(), replacement: true };
    manager.freeze();
    holdings.release();
    bequeath({ order: successor, execPath: process.execPath, script, environment }).then(
      () => process.exit(1),
      error => {
        log.log('critical', `cannot start a manager in place of this one: ${describeReason(error)}`);
        manager.thaw();
        void holdings.resume();
      },
    );
  }

  return { manager, replaceItself };
}
