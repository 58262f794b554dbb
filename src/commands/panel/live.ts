import type { ActionContext } from '../../client/context';
import { Feed } from '../../client/following/feed';
import { findSituation, type Situation, viewOf } from '../../client/situation';
import { ExitStatus } from '../../system/errors';
import { chooseLook, glyphsOf, type Look, paint } from '../../system/terminal';
import { cut } from '../../system/text/columns';
import { findHeadline, type Headline, styleHeadline } from '../inspect/headline';
import { formatDuration } from '../inspect/human';
import { describeDrift, keeperOf, NO_USAGE, pidOf } from './facts';
import { layOutStill, type Panel } from './layout';
import { nameUnknown } from './panel';
import { Restarter } from './restarter';
import { listLiveRows } from './rows-live';
import { Sampler } from './sampler';
import { Stage } from './stage';

/** Seconds without an answer that are not mentioned: another manager takes over sooner. */
const UNNOTICED = 0.5;
/** Lines of output of `status --watch`. */
const FEW_LINES = 10;

/**
 * Shows the panel on a terminal, and keeps it up to date until the user leaves it.
 *
 * @param context
 * @param isWhole `top`: on the whole screen, which the output fills; else below what is there
 * @returns 0
 */
export async function showLive(context: ActionContext, isWhole: boolean): Promise<number> {
  const situation = await findSituation(context, null, { settings: true });
  return new Live(context, situation, isWhole).run();
}

class Live {
  readonly #context: ActionContext;
  readonly #isWhole: boolean;
  readonly #feed: Feed;
  readonly #sampler: Sampler;
  readonly #stage: Stage;
  readonly #restarter: Restarter;
  #leave = () => {};
  #isFrozen = false;
  #drift: string | null = null;
  #driftVersion = -1;

  constructor(context: ActionContext, situation: Situation, isWhole: boolean) {
    this.#context = context;
    this.#isWhole = isWhole;
    this.#feed = new Feed(context, situation, { isWhole: true, changed: () => this.#draw() });
    this.#sampler = new Sampler(context.clock);
    this.#restarter = new Restarter(context, () => this.#draw());
    this.#stage = new Stage({
      stdout: context.stdout as NodeJS.WriteStream,
      isWhole,
      pressed: keys => this.#press(keys),
      changed: () => this.#draw(true),
      lost: () => this.#leave(),
    });
  }

  async run(): Promise<number> {
    const { interrupt } = this.#context;
    const left = new Promise<void>(resolve => {
      this.#leave = resolve;
    });
    const onInterrupt = () => this.#leave();
    interrupt.addEventListener('abort', onInterrupt, { once: true });
    let cancel = () => {};
    const tick = () => {
      this.#sample();
      this.#feed.tick();
      // A manager that answers is what makes it draw.
      if (this.#feed.silence !== null) this.#draw();
      cancel = this.#context.clock.after(this.#sampler.pause, tick);
    };
    try {
      this.#stage.open();
      tick();
      const failed = this.#feed.run();
      await Promise.race([left, failed]);
      this.#drawLast();
    } finally {
      cancel();
      this.#feed.close();
      this.#restarter.close();
      this.#stage.close();
      interrupt.removeEventListener('abort', onInterrupt);
    }
    return ExitStatus.done;
  }

  /** What no manager vouches for is looked at only as long as it is surely the same process. */
  #sample(): void {
    const { situation, silence } = this.#feed;
    this.#sampler.sample(pidOf(situation), keeperOf(situation), silence === null);
  }

  #press(keys: string): void {
    for (const key of keys.startsWith('\x1b') ? [] : keys) {
      if (this.#restarter.take(key)) continue;
      if (key === 'q' || key === '\x03' || key === '\x04') return this.#leave();
      if (key === 'p' || key === ' ') this.#isFrozen = !this.#isFrozen;
      if (key === 'r') this.#restarter.ask();
      if (key === '\x0c') this.#stage.screen.clear();
    }
    this.#draw(true);
  }

  #draw(isAsked = false): void {
    if (this.#isFrozen && !isAsked && !this.#restarter.isBusy) return;
    const { columns, rows } = this.#stage.size;
    const look = { ...chooseLook({ columns }, process.env), columns };
    const height = Math.max(1, this.#isWhole ? rows - 1 : rows - 2);
    const lines = layOutStill(this.#makePanel(look), look, height, this.#isWhole ? height : FEW_LINES);
    // The last row of the whole screen stays where it is.
    if (this.#isWhole) while (lines.length < height) lines.push('');
    this.#stage.screen.draw([...lines, this.#formatKeys(look)]);
  }

  /** What stays on the screen has no keys. */
  #drawLast(): void {
    if (this.#isWhole) return;
    const { columns, rows } = this.#stage.size;
    const look = { ...chooseLook({ columns }, process.env), columns };
    this.#stage.screen.draw(layOutStill(this.#makePanel(look), look, rows - 1, FEW_LINES));
  }

  #makePanel(look: Look): Panel {
    const { situation, ends, output } = this.#feed;
    const now = this.#context.clock.wall();
    if (this.#driftVersion !== this.#feed.version) {
      this.#drift = describeDrift(this.#context, situation);
      this.#driftVersion = this.#feed.version;
    }
    const usage = pidOf(situation) === null ? NO_USAGE : this.#sampler.usage;
    const { isOutdated } = this.#restarter;
    const facts = { situation, usage, ends, drift: this.#drift, isOutdated, now };
    const headline = this.#describeLoss() ?? findHeadline(situation, now, true) ?? nameUnknown(situation);
    const rest = `${headline.rest}${headline.next ? `; ${headline.next}` : ''}`;
    return {
      headline: styleHeadline(this.#context, situation, { ...headline, rest }, look),
      rows: listLiveRows(this.#context.configuration, facts, this.#sampler, glyphsOf(look)),
      outputName: 'output',
      output: lastLinesOf(output),
    };
  }

  /** Null while the manager answers, or while there is none. */
  #describeLoss(): Headline | null {
    const { silence, fault, situation } = this.#feed;
    if (silence === null && fault === null) return null;
    if (silence !== null && silence < UNNOTICED) return null;
    const known = viewOf(situation)?.report?.state;
    const since = silence === null ? '' : ` ${formatDuration(Math.floor(silence))} ago`;
    const why = fault === null ? '' : `: ${fault}`;
    return {
      mark: 'between',
      word: 'lost contact',
      rest: `${since} with the manager${known ? `, the program was ${known}` : ''}${why}; trying again`,
    };
  }

  #formatKeys(look: Look): string {
    const frozen = this.#isFrozen ? 'frozen: p goes on' : 'p freeze';
    const text = this.#restarter.text ?? ` q quit   ${frozen}   r restart`;
    return paint(cut(text, look.columns, glyphsOf(look).ellipsis), 'dim', look);
  }
}

/** The lines of output; a last one without its end is one as well. */
export function lastLinesOf(output: Buffer): string[] {
  const lines = output.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
