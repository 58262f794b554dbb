import { captureOutput } from '../../../client/capture';
import { type Order, readOrder } from '../../../settings/fleet/order';
import { inParallel, MOST_QUESTIONS } from '../jobs';
import { contextOf, type Many } from '../run-member';
import type { Selection } from '../selectors';
import { findLeftOvers, type LeftOver } from './gone';
import { type Ledger, readLedger } from './ledger';
import { type Look, lookAt } from './look';
import { type FleetPlan, planFleet } from './plan';
import type { Need } from './steps';

export interface PlanWishes {
  /** `up`: what was stopped by hand, or has failed, is started. */
  forgetsStops: boolean;
  /** Nobody looks at what the saved files say. */
  isWatched: boolean;
  /** `--insecure`. */
  insecure: boolean;
}

/** A plan, and what it was made from. */
export interface Planning {
  plan: FleetPlan;
  looks: ReadonlyMap<string, Look>;
  /** What runs and is no member, by name. */
  leftOvers: ReadonlyMap<string, LeftOver>;
  ledger: Ledger;
}

/**
 * Compares the files with what runs.
 *
 * @param many
 * @param selection which programs; only if all are meant, others are looked for as well
 */
export async function makePlan(many: Many, selection: Selection, wishes: PlanWishes): Promise<Planning> {
  const { fleet, world } = many;
  const ledger = readLedger(fleet);
  const order = readOrder(fleet);
  const looked = await inParallel(selection.members, MOST_QUESTIONS, member =>
    lookAt(captureOutput(contextOf(many, member), false).context, member, {
      stoppedAt: ledger.stops[member.name] ?? null,
      needs: listNeeds(order, member.name),
      orderFault: order.faults.get(member.name) ?? null,
      isWatched: wishes.isWatched,
    }),
  );
  const found = selection.isAll ? await findLeftOvers(world, fleet, ledger, wishes.insecure) : [];
  const plan = planFleet({
    seen: looked.map(({ seen }) => seen),
    gone: found.filter(({ isFaulty }) => !isFaulty).map(({ name }) => name),
    faulty: selection.faulty.map(({ name, fault }) => ({
      name,
      fault,
      isUp: found.some(one => one.isFaulty && one.name === name),
    })),
    forgetsStops: wishes.forgetsStops,
  });
  return {
    plan,
    looks: new Map(looked.map(look => [look.seen.name, look])),
    leftOvers: new Map(found.map(one => [one.name, one])),
    ledger,
  };
}

function listNeeds(order: Order, name: string): Need[] {
  return [...order.before(name)].map(other => ({ name: other, isWeak: !order.needs(name).has(other) }));
}
