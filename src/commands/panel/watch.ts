import type { ActionContext } from '../../client/context';
import { print } from '../../client/context';
import { Feed } from '../../client/following/feed';
import { nameDaemon } from '../../client/preflight/name';
import { findSituation, type Situation, viewOf } from '../../client/situation';
import { formatLocalTime } from '../../system/clock';
import { ExitStatus, UserError } from '../../system/errors';
import { writeJson } from '../../system/show-controls';
import { isTerminal } from '../../system/terminal';
import { findHeadline } from '../inspect/headline';
import { joinState } from '../inspect/state-text';
import { reportSituation } from '../inspect/status';
import { keeperOf, pidOf } from './facts';
import { showLive } from './live';
import { nameUnknown, reportUsage } from './panel';
import { Sampler } from './sampler';

/**
 * `status --watch`: on a terminal the panel, kept up to date; elsewhere a line for each change, or with `--json` an object.
 *
 * @returns 0 when the user has left it, or when nobody reads any more
 */
export function watch(context: ActionContext, json: boolean): Promise<number> {
  if (!json && canDraw()) return showLive(context, false);
  return printChanges(context, (seen, before) => {
    const key = describeKey(context, seen);
    if (key === before) return key;
    if (json) context.write(`${writeJson(reportSituation(context, seen.situation))}\n`);
    else print(context, describeChange(context, seen));
    return key;
  });
}

/**
 * `top`: the panel on the whole screen, with the output below. With `--json`, an object for each sample.
 *
 * @returns 0 when the user has left it
 * @throws UserError where there is no screen
 */
export function top(context: ActionContext, json: boolean): Promise<number> {
  if (!json && canDraw()) return showLive(context, true);
  if (!json)
    throw new UserError(
      'cannot show top: this is not a terminal that can be drawn on; use zd status --watch',
    );
  const sampler = new Sampler(context.clock);
  return printChanges(context, ({ situation, silence, isTick }, before) => {
    if (!isTick) return before;
    sampler.sample(pidOf(situation), keeperOf(situation), silence === null);
    const report = {
      at: context.clock.wall(),
      ...reportSituation(context, situation),
      ...reportUsage(sampler.usage),
    };
    context.write(`${writeJson(report)}\n`);
    return before;
  });
}

/** A dumb terminal has rows only, as a pipe. */
export function canDraw(): boolean {
  return isTerminal(1) && process.env.TERM !== 'dumb';
}

interface Seen {
  situation: Situation;
  /** Seconds without an answer; see `Feed`. */
  silence: number | null;
  fault: string | null;
  /** Whether it is time for a sample. */
  isTick: boolean;
}

/** Seconds between two samples, and without an answer that are not mentioned. */
const PAUSE = 1;

/** Calls `take` for each look, with what it returned last, until nobody reads any more or Ctrl-C is pressed. */
async function printChanges(
  context: ActionContext,
  take: (seen: Seen, before: string) => string,
): Promise<number> {
  const { stdout, interrupt, clock } = context;
  const situation = await findSituation(context, null, { settings: true });
  let leave = () => {};
  const left = new Promise<void>(resolve => {
    leave = resolve;
  });
  let before = '';
  const look = (isTick: boolean) => {
    // A reader that does not read gets what is true when it reads on.
    if (stdout.writableNeedDrain) return;
    before = take({ situation: feed.situation, silence: feed.silence, fault: feed.fault, isTick }, before);
  };
  const feed = new Feed(context, situation, { isWhole: false, changed: () => look(false) });
  let cancel = () => {};
  const tick = () => {
    look(true);
    feed.tick();
    cancel = clock.after(PAUSE, tick);
  };
  stdout.once('error', leave);
  interrupt.addEventListener('abort', leave, { once: true });
  try {
    tick();
    await Promise.race([left, feed.run()]);
  } finally {
    cancel();
    feed.close();
    stdout.off('error', leave);
    interrupt.removeEventListener('abort', leave);
  }
  return ExitStatus.done;
}

/** What makes a change, without what only grows. */
function describeKey({ clock }: ActionContext, seen: Seen): string {
  const { situation, fault } = seen;
  const report = viewOf(situation)?.report;
  const { word } = findHeadline(situation, clock.wall(), true) ?? nameUnknown(situation);
  return [word, pidOf(situation), report?.crashes, report?.notReady, report?.step, isLost(seen), fault].join(
    ' ',
  );
}

function isLost({ silence }: Seen): boolean {
  return silence !== null && silence > PAUSE;
}

/** `2026-11-26 03:44:10  app  running for 2 s, pid 4021`. */
function describeChange(context: ActionContext, seen: Seen): string {
  const { clock, configuration } = context;
  const { situation, fault } = seen;
  const now = clock.wall();
  const name = nameDaemon(configuration, viewOf(situation)?.args ?? []);
  const pid = pidOf(situation);
  const state = joinState(findHeadline(situation, now, true) ?? nameUnknown(situation));
  const what =
    fault ??
    (isLost(seen) ? 'lost contact with the manager' : `${state}${pid === null ? '' : `, pid ${pid}`}`);
  return `${formatLocalTime(now).replace('T', ' ')}  ${name}  ${what}`;
}
