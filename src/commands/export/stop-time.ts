import type { Settings } from '../../settings/settings';
import { longestStop } from '../../settings/value-types/signals';
import type { ExportedProgram } from './types';

/** Seconds that zd itself has after the longest stop of its programs. */
const MARGIN = 15;
/** Seconds. What stands for no limit in a system that needs one: a year. */
export const NO_LIMIT = 365 * 24 * 60 * 60;

/**
 * The time between the first signal and SIGKILL: in whole seconds, as most systems count, and never 0, which means no
 * limit in some of them.
 *
 * @returns null without a limit
 */
export function stopTime(settings: Settings): number | null {
  const longest = longestStop(settings);
  return longest === null ? null : Math.max(1, Math.ceil(longest));
}

/** The same for a program under zd, which must outlive it. */
export function stopTimeUnderZd(settings: Settings): number | null {
  const time = stopTime(settings);
  return time === null ? null : time + hookTime(settings) + MARGIN;
}

/** The same for `up`, which stops what others need after those: the sum along the longest chain. */
export function stopTimeOfAll(programs: readonly ExportedProgram[]): number | null {
  const known = new Map<ExportedProgram, number | null>();
  const until = (program: ExportedProgram): number | null => {
    const before = known.get(program);
    if (before !== undefined) return before;
    // A circle, which `check` refuses, ends here.
    known.set(program, 0);
    const { settings } = program.configuration;
    const own = stopTime(settings);
    const times = needsOf(program, programs).map(({ program: needed }) => until(needed));
    const rest = times.includes(null) ? null : Math.max(0, ...(times as number[]));
    const time = own === null || rest === null ? null : own + hookTime(settings) + rest;
    known.set(program, time);
    return time;
  };
  const times = programs.map(until);
  return times.includes(null) ? null : Math.max(0, ...(times as number[])) + MARGIN;
}

export interface Need {
  program: ExportedProgram;
  /** Whether it must be up, or only comes first if both start. */
  isNeeded: boolean;
}

/** The programs that are to be up before one; a name of copies means all of them. */
export function needsOf(
  { configuration: { settings } }: ExportedProgram,
  programs: readonly ExportedProgram[],
): Need[] {
  return (settings.after ?? []).flatMap(word => {
    const name = word.replace(/^\?/, '');
    const found = programs.filter(program => program.name === name || program.base === name);
    return found.map(program => ({ program, isNeeded: !word.startsWith('?') }));
  });
}

function hookTime({ afterExit, hookTimeout }: Settings): number {
  return afterExit === null ? 0 : Math.ceil(hookTimeout);
}
