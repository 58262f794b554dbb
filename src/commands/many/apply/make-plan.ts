import { captureOutput } from '../../../client/capture';
import type { Fleet, Member } from '../../../settings/fleet/fleet';
import { inParallel } from '../jobs';
import { contextOf, type Many } from '../run-member';
import type { Selection } from '../selectors';
import { findLeftOvers, type LeftOver } from './gone';
import { type Ledger, readLedger } from './ledger';
import { type Look, lookAt } from './look';
import { type FleetPlan, planFleet } from './plan';
import type { Need } from './steps';

/** Programs that are asked at once. */
const MOST_QUESTIONS = 64;

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
  const looked = await inParallel(selection.members, MOST_QUESTIONS, member =>
    lookAt(captureOutput(contextOf(many, member), false).context, member, {
      stoppedAt: ledger.stops[member.name] ?? null,
      needs: listNeeds(fleet, member),
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

/** The name of a program with copies means each of them. */
function listNeeds({ members }: Fleet, { name: own, configuration }: Member): Need[] {
  return (configuration.settings.after ?? []).flatMap(word => {
    const isWeak = word.startsWith('?');
    const wanted = isWeak ? word.slice(1) : word;
    const meant = members.filter(({ name, base }) => name === wanted || base === wanted);
    const names = meant.length > 0 ? meant.map(({ name }) => name) : [wanted];
    return names.filter(name => name !== own).map(name => ({ name, isWeak }));
  });
}
