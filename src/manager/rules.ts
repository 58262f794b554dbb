import type { LaunchOrder } from '../protocol/launch-order';
import { pickRules } from '../settings/reach';
import { hasSchedule } from '../settings/schedule/what-runs';
import { parseSignal } from '../system/signals';
import { LEAST_LIFE } from './lifecycle/boot';
import { isRound } from './lifecycle/round';
import type { Rules } from './lifecycle/types';

let known: { order: LaunchOrder; rules: Rules } | null = null;

/** The rules that the lifecycle follows under an order; an order is never changed, only replaced. */
export function rulesOf(order: LaunchOrder): Rules {
  if (known?.order !== order) known = { order, rules: deriveRules(order) };
  const { rules } = known;
  return rules.backoffJitter === 0 ? rules : { ...rules, chance: Math.random() };
}

function deriveRules({ settings, firstStartMustHold, patient }: LaunchOrder): Rules {
  const picked = pickRules(settings);
  const rules: Rules = {
    ...picked,
    // Before each round, its steps are read.
    hasPreparation: Boolean(settings.waitFor) || settings.beforeStart !== null || hasSchedule(settings),
    hasReadiness: Boolean(settings.ready ?? settings.startTestProgram),
    hasStopProgram: settings.stopProgram !== null,
    hasAfterExit: settings.afterExit !== null,
    exitSignals: findSignals(picked.exitCodes),
    failureSignals: findSignals(picked.failureCodes),
    steps: settings.steps?.length ?? 0,
    firstStartMustHold,
    chance: 0,
  };
  // A start of zdaemon's waits for readiness no longer than it always has.
  if (patient && rules.startSeconds === 'auto') rules.startSeconds = LEAST_LIFE;
  if (isRound(rules)) rules.startSeconds = 0;
  return rules;
}

function findSignals(list: readonly (number | string)[]): number[] {
  return list.flatMap(one => (typeof one === 'string' ? (parseSignal(one) ?? []) : []));
}
