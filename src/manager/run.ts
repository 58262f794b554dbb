import { type Clock, systemClock } from '../clock';
import { describeReason } from '../errors';
import type { LaunchOrder, Stage } from '../launch-order';
import type { EventLog } from './eventlog';
import { FolderKeeper } from './folder-keeper';
import { bequeath, handOver } from './handover';
import { Holdings } from './holdings';
import { Housekeeping } from './housekeeping';
import { Manager } from './manager';
import { answerRequest } from './requests';
import type { Surroundings } from './startup';

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
  const housekeeping = new Housekeeping(clock);
  const keeper = new FolderKeeper(order.stateFolder, log);
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
      keeper.save(state);
    },
    socketFault: () => holdings.socketFault,
    handOver: async (successor, { execPath, script }) => {
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

  function replaceItself(): void {
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
