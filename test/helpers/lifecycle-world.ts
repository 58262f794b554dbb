import type { Rules } from '../../src/manager/lifecycle/types';
import type { Ending } from '../../src/system/signals';
import { type Nature, Surroundings } from './lifecycle-surroundings';

/**
 * The manager, the kernel and the users around a lifecycle. After every step the invariants are checked.
 */
export class World extends Surroundings {
  // Requests of users, as manager.ts dispatches them.

  start(patient: boolean): void {
    if (this.life.pid !== null && ['running', 'resumed'].includes(this.life.name)) return;
    this.waiters.push({ kind: 'start', patient, answers: 0 });
    this.ask({ name: 'start' });
  }

  restart(patient: boolean): void {
    this.waiters.push({ kind: 'start', patient, answers: 0 });
    this.ask({ name: 'restart' });
  }

  stop(how: { now?: boolean; afterRun?: boolean } = {}): void {
    this.waiters.push({ kind: 'stop', patient: false, answers: 0 });
    this.ask({ name: 'stop', ...how });
  }

  once(): void {
    this.waiters.push({ kind: 'start', patient: false, answers: 0 });
    if (this.life.pid !== null && ['running', 'resumed'].includes(this.life.name)) this.waiters.pop();
    this.ask({ name: 'start', once: true });
  }

  runNow(): void {
    if (this.life.name === 'waiting') this.dispatch({ name: 'runNow' });
  }

  pause(): void {
    if (this.program) this.dispatch({ name: 'pause' });
  }

  continue(): void {
    this.dispatch({ name: 'continue' });
  }

  /** A setting wants a restart. */
  renew(early: boolean): void {
    if (this.attended) this.dispatch({ name: 'renew', early });
  }

  leave(status: number): void {
    this.ask({ name: 'leave', status });
  }

  // Events that are not requests; no effect if they cannot happen now.

  exit(ending: Ending): void {
    if (!this.program) return;
    this.group = this.group === 'none' ? this.program.nature.leavesGroup : this.group;
    this.program = null;
    this.owesHook = this.rules.hasAfterExit;
    this.dispatch({ name: 'exited', ending, leftovers: this.group !== 'none' });
  }

  /** The last SIGTERM or SIGKILL could not be sent. */
  refuse(): void {
    if (!this.program || !['stopping', 'restarting'].includes(this.life.name)) return;
    this.program.terminated = false;
    this.program.killed = false;
    this.killDue = null;
    this.dispatch({ name: 'refused', reason: 'not permitted' });
  }

  /** What the start waits for is there, or is not in time. */
  prepare(isThere: boolean): void {
    if (!this.preparing) return;
    this.preparing = false;
    this.dispatch(isThere ? { name: 'prepared' } : { name: 'unprepared', reason: 'nobody there' });
  }

  /** The time for readiness is over; it is still looked for. */
  giveUpReadiness(): void {
    if (this.testing && !this.life.paused) this.dispatch({ name: 'notReady', reason: 'not ready' });
  }

  endStopProgram(): void {
    if (!this.stopProgram) return;
    this.stopProgram = false;
    this.dispatch({ name: 'stopProgramEnded' });
  }

  pass(): void {
    if (!this.testing || this.life.paused !== null) return;
    this.testing = false;
    this.dispatch({ name: 'tested' });
  }

  endGroup(): void {
    this.group = 'none';
    if (!this.sweeping) return;
    this.sweeping = false;
    this.dispatch({ name: 'groupGone' });
  }

  /** after-exit ends, and leaves something behind or not. */
  endHook(leaves: Nature['leavesGroup']): void {
    if (!this.afterExit) return;
    this.afterExit = false;
    this.group = leaves;
    this.dispatch({ name: 'cleaned', leftovers: leaves !== 'none' });
  }

  advance(seconds: number): void {
    const end = this.now + seconds;
    while (this.armed !== null && this.armed <= end) {
      this.now = Math.max(this.now, this.armed);
      this.armed = null;
      this.dispatch({ name: 'deadline' });
    }
    this.now = end;
    this.check();
  }

  /** Completes what must happen eventually: programs that got SIGTERM or SIGKILL exit. */
  settle(): void {
    if (this.program && (this.program.killed || (this.program.terminated && this.program.nature.heeds)))
      this.exit({ code: null, signal: 9 });
    if (this.sweeping && (this.group !== 'stubborn' || !this.groupTerminated)) this.endGroup();
    this.endHook('none');
  }

  /** Sets the nature of the next programs. */
  setNature(nature: Nature): void {
    this.nature = nature;
  }

  /** Applies other settings, as a restart does. */
  configure(rules: Rules): void {
    this.rules = rules;
    // A stop that is under way may have more steps now.
    this.killDue = null;
    // A pause that has begun follows the former rules.
    this.lastSpawn = Number.NEGATIVE_INFINITY;
  }
}
