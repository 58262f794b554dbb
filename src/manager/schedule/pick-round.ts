import type { LaunchOrder, Refresh } from '../../protocol/launch-order';
import { checkValue } from '../../settings/option';
import { launchOptions } from '../../settings/reach';
import { describeReason } from '../../system/errors';

/** What a round runs, or why that could not be read. */
export type Round = Refresh | { fault: string };

/**
 * Checks what was read for a round. What flags gave stays as it was.
 *
 * @param order that the manager follows
 * @param answer of the process that has read it, as parsed from JSON
 */
export function pickRound({ source }: LaunchOrder, answer: unknown): Round {
  const { fault, ...read } = answer as Record<string, unknown>;
  if (typeof fault === 'string') return { fault };
  const typed = source?.flags ?? [];
  const round: Record<string, unknown> = {};
  for (const option of launchOptions) {
    const { field, key } = option;
    if (field !== 'program' && field !== 'steps') continue;
    try {
      checkValue(option, read[field]);
    } catch (error) {
      return { fault: describeReason(error) };
    }
    if (!typed.includes(key)) round[field] = read[field];
  }
  const { environment } = read;
  const areVariables = typeof environment === 'object' && environment !== null;
  if (areVariables && !typed.includes('environment')) round.environment = environment;
  return round as Refresh;
}
