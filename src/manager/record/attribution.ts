import type { Asked, By, Cause } from '../../protocol/outcomes';
import type { Ending } from '../../system/signals';
import type { StateName } from '../lifecycle/types';

/** Seconds within which an exit with a status is taken for the consequence of a signal that `kill` sent. */
const CONSEQUENCE = 10;
/** Signals that ask a program to exit. */
const ENDING_SIGNALS = [2, 3, 15];

/** Who can ask the manager for something. */
export type Requester = Exclude<By, 'signal-by-zd' | 'nobody' | 'unknown'>;

/** Remembers who asked for what, to say what made the program start and exit. */
export class Attribution {
  /** The last start or restart that has led to no start yet. */
  #start: Cause | null = null;
  /** What the program was last asked to exit for. */
  #end: Cause | null = null;
  /** The last signal of `kill` to the present run. */
  #signalled: { signal: number; at: number; user: string | null } | null = null;

  /** @param asked what an earlier manager has saved about the present run */
  constructor(asked: Asked = {}) {
    this.#end = asked.end ?? null;
    this.#signalled = asked.signalled ?? null;
  }

  /** What the next manager must know about the present run; null if there is nothing. */
  get asked(): Asked | null {
    const [end, signalled] = [this.#end, this.#signalled];
    return end || signalled ? { ...(end ? { end } : {}), ...(signalled ? { signalled } : {}) } : null;
  }

  /** A setting ends the run. */
  noteRenewal({ by, reason }: { by: By; reason: string }): void {
    this.#end = { by, user: null, reason };
  }

  /** @param reason in words, for a restart that a setting asks for */
  noteRequest(by: Requester, user: string | null, reason?: string): void {
    const cause: Cause = { by, user, ...(reason === undefined ? {} : { reason }) };
    const isStart = by === 'start' || by === 'run-now';
    if (by !== 'stop' && by !== 'exit' && by !== 'signal') this.#start = cause;
    if (!isStart) this.#end = cause;
  }

  /** @param now seconds on the monotonic clock */
  noteSignal(signal: number, user: string | null, now: number): void {
    this.#signalled = { signal, at: now, user };
  }

  /** A program was spawned. @returns what made it; null for a start after an exit */
  takeStart(): Cause | null {
    const cause = this.#start;
    this.#start = null;
    this.#end = null;
    this.#signalled = null;
    return cause;
  }

  /** Tells a signal of zd from one of another process. */
  explainExit(state: StateName, { signal, code }: Ending, now: number): Cause {
    const usual = wasAsked[state];
    if (usual) return this.#end ?? { by: usual, user: null };
    const sent = this.#signalled;
    const isIt = sent !== null && sent.signal === signal;
    const isConsequence =
      sent !== null && code !== null && ENDING_SIGNALS.includes(sent.signal) && now < sent.at + CONSEQUENCE;
    if (sent && (isIt || isConsequence)) return { by: 'signal-by-zd', user: sent.user };
    // A status is unknown only where no keeper was the parent.
    return { by: signal === null && code === null ? 'unknown' : 'nobody', user: null };
  }

  explainStop(): Cause {
    return this.#end ?? { by: 'stop', user: null };
  }

  /** What the program was asked to exit for, before it has. */
  explainRequest(state: 'stopping' | 'restarting'): Cause {
    return this.#end ?? { by: state === 'stopping' ? 'stop' : 'restart', user: null };
  }
}

/** The states in which zd has sent SIGTERM; a manager that has continued for another one does not know the user. */
const wasAsked: Partial<Record<StateName, By>> = {
  stopping: 'stop',
  restarting: 'restart',
  resumed: 'stop',
};
