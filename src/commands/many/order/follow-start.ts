import { awaitReport } from '../../../client/following/follow';
import { observe } from '../../../client/situation';
import type { StatusReport } from '../../../protocol/messages';
import type { Member } from '../../../settings/fleet/fleet';
import { ExitStatus } from '../../../system/errors';
import { describeExit, findDown, lastExitOf } from '../../inspect/state-text';
import { isDone } from '../done';
import { contextOf, type Many, type Outcome } from '../run-member';

/**
 * What comes after a start before others can begin: a program that is not to be started again must end with success,
 * one with a probe must be ready.
 *
 * @param release null if no other waits for it
 */
export async function followStart(
  many: Many,
  member: Member,
  outcome: Outcome,
  release: (() => void) | null,
): Promise<Outcome> {
  const { settings } = member.configuration;
  if (settings.once) return followOnce(many, member, outcome, release);
  const hasProbe = settings.ready !== null || settings.startTestProgram !== null;
  if (release === null || outcome.status !== ExitStatus.done || !hasProbe || outcome.facts.changed)
    return outcome;
  release();
  const report = await awaitIn(many, member, isSettled, settings.startTimeout);
  if (report?.ready === false)
    return fail(outcome, `it is not ready${report.waitingFor ? `: ${report.waitingFor}` : ''}`);
  return outcome;
}

/** Whether the wait for readiness is over. */
function isSettled(report: StatusReport | null): boolean {
  return report === null || report.pid === null || report.ready !== false;
}

async function followOnce(
  many: Many,
  member: Member,
  outcome: Outcome,
  release: (() => void) | null,
): Promise<Outcome> {
  const isStarted = outcome.status === ExitStatus.done;
  if (isStarted && release === null) return outcome;
  if (isStarted) {
    release?.();
    const isOver = (report: StatusReport | null) =>
      report === null || (report.pid === null && report.state === 'idle');
    await awaitIn(many, member, isOver, null);
    if (many.world.interrupt.aborted) return outcome;
  }
  const situation = await observe(contextOf(many, member));
  const exit = lastExitOf(situation);
  const end = exit ? `${describeExit(exit)} after ${Math.round(exit.uptime * 10) / 10} s` : 'unknown end';
  if (isDone(member.configuration, situation)) {
    const facts = { ...outcome.facts, changed: true, outcome: 'done' };
    return { ...outcome, status: ExitStatus.done, text: `done: ${end}`, errors: [], facts };
  }
  return isStarted ? fail(outcome, findDown(situation)?.reason ?? end) : outcome;
}

/** @param limit in seconds; null = none */
async function awaitIn(
  many: Many,
  member: Member,
  isWanted: (report: StatusReport | null) => boolean,
  limit: number | null,
): Promise<StatusReport | null> {
  const { clock, interrupt } = many.world;
  const late = new AbortController();
  const cancel = limit === null ? () => {} : clock.after(limit, () => late.abort());
  let last: StatusReport | null = null;
  const look = (report: StatusReport | null) => {
    last = report;
    return isWanted(report);
  };
  await awaitReport(contextOf(many, member), look, AbortSignal.any([interrupt, late.signal]));
  cancel();
  return last;
}

function fail(outcome: Outcome, reason: string): Outcome {
  return { ...outcome, status: ExitStatus.failed, text: '', errors: [...outcome.errors, reason] };
}
