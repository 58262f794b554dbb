import type { Settings } from '../settings';
import type { Limit } from '../value-types/limits';

/** The settings that can need root at each start of the program. */
export type NeedySettings = Pick<
  Settings,
  'limits' | 'nice' | 'ionice' | 'oomScoreAdjust' | 'chroot' | 'envFile' | 'lockFile'
>;

/** What the caller of `start` has, and what the user of the program can use. */
export interface RootFacts {
  /** The hard limit of the caller; null if it is unknown. */
  hardLimit(name: Limit['name']): number | null;
  niceness: number;
  oomScore: number;
  /** Whether the user can read an entry of `env-file` as it is written. */
  canRead(entry: string): boolean;
  /** Whether the user can open a file, which is created if it is missing. */
  canOpen(path: string): boolean;
}

/**
 * Which settings only root can apply: a manager that has become the user could not do it before the next start.
 *
 * @param settings with absolute paths
 * @param facts
 * @returns fields, in the order in which a start applies them
 */
export function findRootNeeds(settings: NeedySettings, facts: RootFacts): (keyof NeedySettings)[] {
  const { limits, nice, ionice, oomScoreAdjust, chroot, envFile, lockFile } = settings;
  const needs: Record<keyof NeedySettings, boolean> = {
    envFile: envFile?.some(entry => !facts.canRead(entry)) ?? false,
    lockFile: lockFile !== null && !facts.canOpen(lockFile),
    oomScoreAdjust: oomScoreAdjust !== null && oomScoreAdjust < facts.oomScore,
    nice: nice !== null && nice < facts.niceness,
    ionice: ionice?.class === 'realtime',
    limits: limits?.some(limit => isRaised(limit, facts.hardLimit(limit.name))) ?? false,
    chroot: chroot !== null,
  };
  return (Object.keys(needs) as (keyof NeedySettings)[]).filter(field => needs[field]);
}

/** An ordinary user can set both limits to no more than the hard one. */
function isRaised({ soft, hard }: Limit, present: number | null): boolean {
  const highest = hard ?? soft;
  const wanted = highest === 'unlimited' ? Number.POSITIVE_INFINITY : highest;
  return wanted > (present ?? Number.POSITIVE_INFINITY);
}
