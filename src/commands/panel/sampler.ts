import type { Clock } from '../../system/clock';
import { listMembers, type Member, readCommand } from '../../system/proc/members';
import { findPorts, type Port } from '../../system/proc/ports';
import { NO_USAGE, type Usage } from './facts';
import { Samples } from './samples';

/** Samples that are kept: five minutes, with one a second. */
const KEPT = 300;
/** Samples between two searches for ports, which read every descriptor. */
const PORTS_EVERY = 5;
/** Shares of the time that may be spent on samples: one in so many seconds. */
const THRIFT = 50;
const SHORTEST = 1;
const LONGEST = 60;

/** Looks at the processes of a program again and again. What it keeps is bounded. */
export class Sampler {
  readonly cpu = new Samples(KEPT);
  readonly memory = new Samples(KEPT);
  usage: Usage = NO_USAGE;
  /** Seconds until the next sample: more where one takes long, as with a thousand processes. */
  pause = SHORTEST;
  readonly #clock: Clock;
  readonly #known = new Map<string, { command: string; processor: number }>();
  #at: number | null = null;
  #total = 0;
  #pid: number | null = null;
  #startTime = '';
  #ports: Port[] = [];
  #portsDue = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Takes a sample.
   *
   * @param pid of the program; null if it is down
   * @param keeper its pid, if there is one
   * @param isFresh whether the pid was reported just now: otherwise it may be that of another process by now
   */
  sample(pid: number | null, keeper: number | null, isFresh: boolean): void {
    const began = this.#clock.now();
    const members = pid === null ? [] : listMembers(pid, keeper);
    const startTime = members[0]?.startTime ?? '';
    const isOther = pid !== this.#pid || startTime !== this.#startTime;
    if (members.length === 0 || (isOther && !isFresh && this.#pid === pid)) this.#pause();
    else {
      if (isOther) this.#begin(pid, startTime);
      this.#measure(members, began);
    }
    this.pause = Math.min(LONGEST, Math.max(SHORTEST, THRIFT * (this.#clock.now() - began)));
  }

  /** There is nothing to measure. */
  #pause(): void {
    this.#begin(null, '');
    this.usage = NO_USAGE;
    this.cpu.add(Number.NaN);
    this.memory.add(Number.NaN);
  }

  #begin(pid: number | null, startTime: string): void {
    this.#pid = pid;
    this.#startTime = startTime;
    this.#at = null;
    this.#known.clear();
    this.#portsDue = 0;
  }

  #measure(members: readonly Member[], now: number): void {
    const seconds = this.#at === null ? null : now - this.#at;
    const share = (used: number) => (seconds ? Math.max(0, used) / seconds : null);
    const seen = new Set<string>();
    const processes = members.map(member => {
      const key = `${member.pid} ${member.startTime}`;
      seen.add(key);
      const known = this.#known.get(key);
      const command = this.#portsDue > 0 && known ? known.command : readCommand(member);
      this.#known.set(key, { command, processor: member.processor });
      // One that has appeared since the last sample has used it all meanwhile.
      return { ...member, command, share: share(member.processor - (known?.processor ?? 0)) };
    });
    for (const key of this.#known.keys()) if (!seen.has(key)) this.#known.delete(key);
    const total = members.reduce((sum, one) => sum + one.processor + one.formerChildren, 0);
    const memory = members.reduce((sum, one) => sum + one.memory, 0);
    if (this.#portsDue-- <= 0) {
      this.#ports = findPorts(members.map(({ pid }) => pid));
      this.#portsDue = PORTS_EVERY - 1;
    }
    this.usage = { processes, memory, share: share(total - this.#total), ports: this.#ports };
    this.cpu.add(this.usage.share ?? Number.NaN);
    this.memory.add(memory);
    this.#at = now;
    this.#total = total;
  }
}
