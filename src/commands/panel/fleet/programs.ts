import { Feed } from '../../../client/following/feed';
import { observe, type Situation, viewOf } from '../../../client/situation';
import type { Member } from '../../../settings/fleet/fleet';
import { type Footprint, measureFootprint } from '../../../system/proc/footprint';
import { lastExitOf } from '../../inspect/state-text';
import type { Entry } from '../../list/entries';
import { findOthers } from '../../list/list-fleet';
import { describeMember } from '../../list/members';
import { inParallel, readJobs } from '../../many/jobs';
import type { SplitRequest } from '../../many/request';
import { contextOf } from '../../many/run-member';
import { keeperOf, pidOf } from '../facts';
import { lastLinesOf } from '../live';

/** Seconds between two looks at what the programs use: more where looking takes long. */
const SHORTEST = 2;
const LONGEST = 5;
/** The part of the time that may be spent on it: one in so many seconds. */
const THRIFT = 50;
/** Seconds after which an entry is old: its times go on. */
const FRESH = 1;

/** A program as the panel follows it. */
interface Followed {
  member: Member;
  feed: Feed;
  entry: Entry | null;
  /** When the entry was made. */
  at: number;
  used: { pid: number; at: number; footprint: Footprint; share: number | null } | null;
}

/** The programs of a fleet, for as long as somebody looks: each is followed, and the one that is selected with its output. */
export class Programs {
  /** What is no program that could be started; it is looked at once. */
  others: readonly Entry[] = [];
  readonly #request: SplitRequest;
  readonly #changed: () => void;
  readonly #followed = new Map<string, Followed>();
  #selected: { name: string; feed: Feed } | null = null;

  /** @param changed called when there may be something new */
  constructor(request: SplitRequest, changed: () => void) {
    this.#request = request;
    this.#changed = changed;
  }

  /** Has a first look at all. */
  async open(): Promise<void> {
    const { argv, selection } = this.#request;
    const [others] = await Promise.all([
      findOthers(this.#request),
      inParallel(selection.members, readJobs(argv, true), member => this.#follow(member)),
    ]);
    this.others = others;
  }

  close(): void {
    for (const { feed } of this.#followed.values()) feed.close();
    this.#selected?.feed.close();
  }

  /** The entries in the order of the fleet; those that are visible are up to date. */
  list(visible: ReadonlySet<string>): Entry[] {
    const { members } = this.#request.selection;
    return [...members.map(({ name }) => this.#entryOf(name, visible.has(name))), ...this.others];
  }

  /** Begins to read the output of another program. */
  select(name: string | null): void {
    if (this.#selected?.name === name) return;
    this.#selected?.feed.close();
    this.#selected = null;
    const followed = name === null ? undefined : this.#followed.get(name);
    if (!followed || name === null) return;
    const context = contextOf(this.#request, followed.member);
    const feed = new Feed(context, followed.feed.situation, { isWhole: true, changed: this.#changed });
    this.#selected = { name, feed };
    run(feed);
  }

  /** The last lines of the output of the program that is selected. */
  get output(): readonly string[] {
    if (!this.#selected) return [];
    const { output, situation } = this.#selected.feed;
    return output.length > 0 ? lastLinesOf(output) : (lastExitOf(situation)?.lines ?? []);
  }

  /** Asks each manager once more. */
  tick(): void {
    for (const { feed } of this.#followed.values()) feed.tick();
  }

  /** The same for the output. */
  tickOutput(): void {
    this.#selected?.feed.tick();
  }

  /**
   * Measures what the visible programs use.
   *
   * @returns seconds until that is due again
   */
  sample(visible: ReadonlySet<string>): number {
    const { clock } = this.#request.world;
    const began = clock.now();
    for (const name of visible) {
      const followed = this.#followed.get(name);
      if (followed) measure(followed, clock.now());
    }
    return Math.min(LONGEST, Math.max(SHORTEST, THRIFT * (clock.now() - began)));
  }

  async #follow(member: Member): Promise<void> {
    const context = contextOf(this.#request, member);
    const unknown: Situation = { kind: 'nothing', lastExit: null, down: null };
    const situation = await observe(context, { settings: true }).catch(() => unknown);
    const feed = new Feed(context, situation, {
      isWhole: false,
      changed: () => {
        followed.at = Number.NEGATIVE_INFINITY;
        this.#changed();
      },
    });
    const followed: Followed = { member, feed, entry: null, at: 0, used: null };
    this.#followed.set(member.name, followed);
    run(feed);
  }

  #entryOf(name: string, isVisible: boolean): Entry {
    const followed = this.#followed.get(name) as Followed;
    const now = this.#request.world.clock.now();
    const isOld = followed.at === Number.NEGATIVE_INFINITY || (isVisible && now - followed.at > FRESH);
    if (followed.entry !== null && !isOld) return followed.entry;
    followed.entry = this.#describe(followed);
    followed.at = now;
    return followed.entry;
  }

  #describe({ member, feed, used }: Followed): Entry {
    const { situation, silence, fault } = feed;
    const context = contextOf(this.#request, member);
    const known = used?.pid === pidOf(situation) ? used : null;
    const entry = describeMember(context, member, situation, known?.footprint ?? null);
    const lost = silence === null ? null : 'lost contact with the manager';
    const why = fault ?? lost ?? entry.why;
    const share = known?.share ?? null;
    return { ...entry, why, ...(share === null ? {} : { cpu: 100 * share }) };
  }
}

/** What is lost is said in its line, and tried again. */
function run(feed: Feed): void {
  feed.run().catch(error => {
    feed.fault = (error as Error).message;
  });
}

/** The part of a processor that it uses is known from the second look on. */
function measure(followed: Followed, now: number): void {
  const { situation } = followed.feed;
  const pid = pidOf(situation);
  const footprint = pid === null ? null : measureFootprint(pid, keeperOf(situation));
  if (pid === null || footprint === null || !viewOf(situation)) {
    followed.used = null;
    return;
  }
  const before = followed.used?.pid === pid ? followed.used : null;
  const share = before
    ? Math.max(0, footprint.processor - before.footprint.processor) / (now - before.at)
    : null;
  followed.used = { pid, at: now, footprint, share };
}
