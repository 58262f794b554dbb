import { findOrAdopt } from '../../../client/adopt';
import { type ActionContext, print } from '../../../client/context';
import { ManagerLeft, NoManager } from '../../../client/request';
import { askManager, findSituation, observe, viewOf } from '../../../client/situation';
import { ExitStatus } from '../../../system/errors';
import { nameCaller } from '../../../system/users';
import { carryOutApply, isLeft, planApply } from '../../apply/apply';
import { stop } from '../../run/stop';
import { followStart } from '../order/follow-start';
import type { Step as Turn } from '../order/run-in-order';
import { runPlan } from '../order/run-plan';
import type { Display } from '../print-outcomes';
import { contextOf, type Many, type Outcome, runCaptured, runMember } from '../run-member';
import type { LeftOver } from './gone';
import type { Look } from './look';
import type { FleetPlan } from './plan';
import type { Step } from './steps';
import { makeTurns } from './turns';

export interface CarryOutRequest {
  many: Many;
  plan: FleetPlan;
  looks: ReadonlyMap<string, Look>;
  leftOvers: ReadonlyMap<string, LeftOver>;
  jobs: number;
  display: Display;
}

/**
 * Does what a plan says: first what is stopped, dependents before what they need, and then the rest, each after what it
 * needs. Ctrl-C keeps what has not begun from it.
 *
 * @returns how each step went, in that order
 */
export async function carryOutPlan(request: CarryOutRequest): Promise<Outcome[]> {
  const { stops, steps } = request.plan;
  const needs = new Map([...request.looks].map(([name, { seen }]) => [name, seen.needs]));
  const stopped = await runSteps(request, stops, makeTurns(stops, needs, true));
  return [...stopped, ...(await runSteps(request, steps, makeTurns(steps, needs, false)))];
}

function runSteps(
  request: CarryOutRequest,
  steps: readonly Step[],
  turns: readonly Turn[],
): Promise<Outcome[]> {
  const { many, jobs, display } = request;
  const byName = new Map(steps.map(step => [step.name, step]));
  return runPlan(many, turns, {
    jobs,
    display,
    act(name, release) {
      const isAwaited = turns.some(({ before }) => before.has(name));
      return carryOutStep(request, byName.get(name) as Step, isAwaited ? release : null);
    },
    explainSkip: (_name, other, wasSkipped) =>
      `not started: ${other} ${wasSkipped ? 'was not started' : 'failed'}`,
  });
}

async function carryOutStep(
  { many, looks, leftOvers }: CarryOutRequest,
  step: Step,
  release: (() => void) | null,
): Promise<Outcome> {
  const { name, action } = step;
  const look = looks.get(name);
  const leftOver = leftOvers.get(name);
  // A program that has got another socket runs at the former one, and is to be started.
  if (!look || (action === 'stop' && leftOver?.isFaulty === false)) {
    if (!leftOver) throw new Error(`there is no program ${name}`);
    return runCaptured(name, leftOver.context, context => many.attempt(context, () => stopForGood(context)));
  }
  const { member } = look;
  if (action === 'stop') return runMember(many, member, 'stop');
  if (action === 'start') return followStart(many, member, await runMember(many, member, 'start'), release);
  return runCaptured(name, contextOf(many, member), context =>
    many.attempt(context, () => change(context, step, look, many)),
  );
}

/**
 * Stops a program, and has its manager leave, too.
 *
 * @param now go to the end of the stop plan at once
 * @returns the exit status
 */
export async function stopForGood(context: ActionContext, now = false): Promise<number> {
  const status = await stop(context, now ? { now } : {});
  if (status !== ExitStatus.done) return status;
  await dismiss(context);
  return status;
}

/** A manager that hangs around stays after a stop. */
async function dismiss(context: ActionContext): Promise<void> {
  if ((await observe(context)).kind !== 'managed') return;
  const untilClosed = () => true;
  try {
    await askManager(context, { untilClosed }, 'exit', { user: nameCaller() });
  } catch (error) {
    if (!(error instanceof NoManager || error instanceof ManagerLeft)) throw error;
  }
}

async function change(context: ActionContext, { action }: Step, look: Look, many: Many): Promise<number> {
  switch (action) {
    case 'adopt':
      return adopt(context, look, many);
    case 'dismiss':
      await dismiss(context);
      print(context, 'manager left; the next start begins another one');
      return ExitStatus.done;
    case 'replace':
      return replace(context, look, many);
    default: {
      if (!look.report || !look.change) return ExitStatus.done;
      const status = await carryOutApply(context, look.report, look.change);
      if (status === ExitStatus.done && action === 'adjust') print(context, 'adjusted');
      return status;
    }
  }
}

async function replace(context: ActionContext, { words }: Look, many: Many): Promise<number> {
  const status = await stopForGood(context);
  return status === ExitStatus.done ? many.runOne(context, 'start', words) : status;
}

/** The order of the dead manager is followed first, and then what the files change. */
async function adopt(context: ActionContext, look: Look, many: Many): Promise<number> {
  await findOrAdopt(context, 'apply');
  const report = viewOf(await findSituation(context, 'apply', { settings: true }))?.report;
  if (!report) return ExitStatus.failed;
  print(context, `daemon process adopted, pid=${report.pid}`);
  const change = planApply(context.configuration, report, false);
  if (change.changes.some(isLeft)) return replace(context, look, many);
  return change.changes.length === 0 ? ExitStatus.done : carryOutApply(context, report, change);
}
