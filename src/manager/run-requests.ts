import type { Refresh } from '../protocol/launch-order';
import type { CallerParams, ReloadReply, StartParams, StopParams } from '../protocol/messages';
import type { StartOutcome, StopOutcome } from '../protocol/outcomes';
import type { SendParams, SendReply } from '../protocol/sending';
import type { Clock } from '../system/clock';
import { nameState } from './control/report';
import { loadOwnCommand } from './perform';
import type { Requester } from './record/attribution';
import type { Supervisor } from './supervisor';

const SIGSTOP = 19;
const SIGCONT = 18;

/** The requests that concern the run of the program. */
export class RunRequests {
  readonly #supervisor: Supervisor;
  readonly #clock: Clock;
  readonly #refresh: (refresh?: Refresh) => void;

  /** @param refresh applies new settings to the order */
  constructor(supervisor: Supervisor, clock: Clock, refresh: (refresh?: Refresh) => void) {
    this.#supervisor = supervisor;
    this.#clock = clock;
    this.#refresh = refresh;
  }

  async start(params: StartParams): Promise<StartOutcome> {
    const { isSpawning, life } = this.#supervisor;
    const { name, pid } = life;
    const { once } = params;
    if (pid !== null && (name === 'running' || name === 'resumed')) {
      this.#supervisor.dispatch({ name: 'start', once });
      return { outcome: 'already', pid };
    }
    if (pid === null) this.#refresh(params.refresh);
    // The request that has begun this start made it.
    if (name !== 'starting' && name !== 'preparing') this.#note('start', params.user);
    const outcome = this.#supervisor.waiters.awaitStart(params.patient ?? false);
    this.#supervisor.dispatch({ name: 'start', leftovers: this.#supervisor.hasLeftovers, once });
    const result = await outcome;
    return result.outcome === 'started' && (isSpawning || result.pid === pid)
      ? { outcome: 'already', pid: result.pid }
      : result;
  }

  async stop({ user, now, afterRun, wait = true }: StopParams = {}): Promise<StopOutcome> {
    this.#note('stop', user);
    const wasDown = this.#supervisor.life.name === 'idle' || this.#supervisor.life.name === 'gone';
    const outcome = this.#supervisor.waiters.awaitStop();
    this.#supervisor.dispatch({ name: 'stop', now, afterRun });
    if (!wait && !wasDown && this.#supervisor.life.name !== 'gone') return { outcome: 'stopping' };
    return wasDown && (await outcome).outcome === 'stopped' ? { outcome: 'already' } : outcome;
  }

  restart(params: StartParams): Promise<StartOutcome> {
    this.#refresh(params.refresh);
    this.#note('restart', params.user);
    const outcome = this.#supervisor.waiters.awaitStart(params.patient ?? false);
    this.#supervisor.dispatch({ name: 'restart', leftovers: this.#supervisor.hasLeftovers });
    return outcome;
  }

  kill(signal: number, user?: string, isForGroup?: boolean): Promise<boolean> {
    this.#supervisor.record.attribution.noteSignal(signal, user ?? null, this.#clock.now());
    // The program may end together with this manager.
    this.#supervisor.saveState();
    const { program } = this.#supervisor;
    return isForGroup ? program.signalGroup(signal) : program.signal(signal);
  }

  /** @throws an Error while no program is up, or that of the system */
  async pause(): Promise<void> {
    const { program, life } = this.#supervisor;
    if (life.pid === null || !['starting', 'running', 'resumed'].includes(life.name))
      throw new Error(`the program is not running (${nameState(this.#supervisor.life)})`);
    await program.signalGroup(SIGSTOP);
    this.#supervisor.dispatch({ name: 'pause' });
  }

  /** @throws as `pause` */
  async continueProgram(): Promise<void> {
    const { program, life } = this.#supervisor;
    if (life.pid === null) throw new Error('the program is not running');
    await program.signalGroup(SIGCONT);
    this.#supervisor.dispatch({ name: 'continue' });
  }

  /** @throws an Error when reload-program fails, or that of the system */
  async reload(user?: string): Promise<ReloadReply> {
    const { scene, life, order, reports } = this.#supervisor;
    const { pid } = life;
    const { reloadProgram, reloadSignal } = order.settings;
    const signal = reloadProgram === null ? reloadSignal : null;
    if (pid === null) return { reloaded: false, pid, signal };
    if (signal === null) await loadOwnCommand().runReloadProgram(scene, end => reports.endWithRun(end));
    else if (!(await this.kill(signal, user))) return { reloaded: false, pid: null, signal };
    scene.emit({ event: 'reloaded', pid });
    return { reloaded: true, pid, signal };
  }

  /** Begins the next run of a schedule, or the next step. @throws an Error while nothing waits */
  async runNow({ user }: CallerParams): Promise<StartOutcome> {
    const { life, waiters } = this.#supervisor;
    if (life.pid !== null) return { outcome: 'already', pid: life.pid };
    if (life.name !== 'waiting') throw new Error(`no run is waiting (${nameState(this.#supervisor.life)})`);
    this.#note('run-now', user);
    const outcome = waiters.awaitStart(false);
    this.#supervisor.dispatch({ name: 'runNow' });
    return outcome;
  }

  async send(params: SendParams): Promise<SendReply> {
    const { scene, isFrozen, life, program } = this.#supervisor;
    const { pid } = life;
    if (pid === null || (params.pid ?? pid) !== pid) return { sent: 0, pid, refused: 'down' };
    if (isFrozen) return { sent: 0, pid, refused: 'moved' };
    const { sent, refused } = await scene.input.send(params);
    if (params.eof && !refused) scene.eventLog.log('info', `pid ${pid}: its input was ended${by(params)}`);
    // The end of a program closes its input before it is reported.
    const isDown = refused === 'closed' && !program.isRunning;
    return { sent, pid, ...(refused ? { refused: isDown ? 'down' : refused } : {}) };
  }

  async wait(): Promise<void> {
    if (this.#supervisor.life.pid !== null) await this.#supervisor.waiters.awaitEnd();
  }

  #note(by: Requester, user?: string): void {
    this.#supervisor.record.attribution.noteRequest(by, user ?? null);
  }
}

function by({ user }: CallerParams): string {
  return user === undefined ? '' : ` by ${user}`;
}
