import { STOP_PROGRAM } from './stop-plan';
import { newLifecycle, stateNames } from './table';
import type { Effect, Lifecycle, Rules } from './types';

/**
 * Reads the state that another manager has saved.
 *
 * @param saved as parsed from JSON
 * @returns the state, or null if it is not one, for example of another zd
 */
export function readLife(saved: unknown): Lifecycle | null {
  if (typeof saved !== 'object' || saved === null) return null;
  const given = saved as Record<string, unknown>;
  const isGood = Object.entries(checks).every(([field, check]) => check(given[field]));
  return isGood ? ({ ...newLifecycle(), ...saved, boot: null } as Lifecycle) : null;
}

/**
 * What a manager performs to continue with a state that another one has saved: timers and tests died with that one, and
 * a signal may have.
 */
export function resume(life: Lifecycle, { stopTimeout }: Pick<Rules, 'stopTimeout'>): Effect[] {
  const isTimed = life.deadline !== null && life.paused === null;
  const effects: Effect[] = isTimed ? [{ do: 'arm', at: life.deadline as number }] : [];
  if (life.name === 'preparing') effects.push({ do: 'prepare' });
  if (life.name === 'starting' && life.pid === null) effects.push({ do: 'spawn' });
  if (life.name === 'starting' && life.pid !== null && !life.tested) effects.push({ do: 'test' });
  if (life.name === 'running' || life.name === 'resumed') effects.push({ do: 'attend' });
  if (life.paused !== null) effects.push({ do: 'holdClocks' });
  if (life.name === 'waiting' && life.deadline === null) effects.push({ do: 'schedule' });
  const isStopping = life.name === 'stopping' || life.name === 'restarting';
  if (isStopping && life.stage === STOP_PROGRAM) effects.push({ do: 'stopProgram' });
  if (life.name === 'sweeping') effects.push({ do: 'sweep' });
  if (life.name === 'sweeping' && life.deadline === null && stopTimeout > 0)
    effects.push({ do: 'killGroup' });
  if (life.name === 'cleaning') effects.push({ do: 'afterExit' });
  if (life.name === 'idle' && life.parting !== null) effects.push({ do: 'leave', status: life.parting });
  if (life.name === 'gone') effects.push({ do: 'leave', status: life.leaveStatus ?? 0 });
  return effects;
}

const isFlag = (value: unknown) => typeof value === 'boolean';
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isTime = (value: unknown) => value === null || Number.isFinite(value);
const isNumber = (value: unknown) => value === null || Number.isSafeInteger(value);

const checks: { [Field in keyof Lifecycle]: (value: unknown) => boolean } = {
  name: value => stateNames.includes(value as Lifecycle['name']),
  wanted: value => value === 'up' || value === 'down',
  leaveStatus: isNumber,
  pid: value => value === null || (isCount(value) && (value as number) > 1),
  startedAt: isTime,
  backoff: isCount,
  deadline: isTime,
  lived: isFlag,
  // Times of the looks of another manager are of no use.
  boot: () => true,
  tested: isFlag,
  // Unknown to earlier managers.
  crashes: value => value === undefined || isCount(value),
  outcome: value => value === undefined || value === null || typeof value === 'string',
  attempts: isCount,
  // Unknown to a manager of zd 0.1.
  refused: value => value === undefined || isFlag(value),
  ended: value => value === null || isEnded(value),
  // Unknown to a manager of zd 0.1.
  stage: value => value === undefined || Number.isSafeInteger(value),
  once: value => value === undefined || isFlag(value),
  paused: value => value === undefined || isTime(value),
  step: value => value === undefined || isCount(value),
  failure: value => value === undefined || isNumber(value),
  isLast: value => value === undefined || isFlag(value),
  hookDue: value => value === undefined || isFlag(value),
  parting: value => value === undefined || isNumber(value),
};

function isEnded(value: unknown): boolean {
  const { ending, during, uptime } = value as NonNullable<Lifecycle['ended']>;
  const isKnown = ['starting', 'running', 'resumed'].includes(during);
  return isKnown && Number.isFinite(uptime) && [ending?.code, ending?.signal].every(isNumber);
}
