import { leave } from './effects';
import type { Effect, Lifecycle, Moment, Outcome, Step } from './types';

/** No further start: the manager leaves, or stays for a request. */
export function finish(down: Lifecycle, status: number, how: Outcome, before: Effect[], at: Moment): Step {
  const isFirst = how !== 'stopped' && mustHold(down, at);
  const effects: Effect[] = [...before];
  if (down.name === 'starting') effects.push({ do: 'reportStartFailed', retry: false });
  const over: Lifecycle = { ...down, outcome: isFirst ? 'failed' : how, isLast: false, once: false };
  if (at.rules.hangAround && !isFirst)
    return {
      life: { ...over, name: 'idle', wanted: 'down' },
      effects: [...effects, { do: 'reportStopped' }],
    };
  return leave(over, status, [...effects, { do: 'reportStopped' }]);
}

/** The first start of a manager has failed, which its launcher reports; with `attempts` it is one of them. */
export function mustHold({ name, attempts }: Lifecycle, { rules }: Moment): boolean {
  const isFirst = name === 'starting' && attempts === 1;
  return isFirst && rules.firstStartMustHold && rules.attempts === null && rules.runAt === null;
}
