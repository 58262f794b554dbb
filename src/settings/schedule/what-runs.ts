import type { Origin, Settings } from '../settings';

type Commands = Pick<Settings, 'program' | 'steps'>;

/** Whether something is to be run: a program, or steps. */
export function hasProgram({ program, steps }: Commands): boolean {
  return program.length > 0 || steps !== null;
}

/** Whether the program runs again and again. */
export function hasSchedule({ runEvery, runAt }: Pick<Settings, 'runEvery' | 'runAt'>): boolean {
  return runEvery !== null || runAt !== null;
}

/** A command line that a start runs. */
export interface ListedCommand {
  /** For messages: `the program`, `the step load`. */
  what: string;
  /** `program`, `step load`. */
  key: string;
  words: string[];
  origin: Origin;
}

/** The command lines that run as the program, in their order. */
export function listCommands(
  settings: Commands,
  origins: Partial<Record<'program' | 'steps', Origin>> = {},
): ListedCommand[] {
  const { program, steps } = settings;
  if (steps === null)
    return [{ what: 'the program', key: 'program', words: program, origin: origins.program ?? '' }];
  return steps.map(({ name, command }) => ({
    what: `the step ${name}`,
    key: `step ${name}`,
    words: command,
    origin: origins.steps ?? '',
  }));
}

/** The words of the program, or those of a step. */
export function commandOf({ program, steps }: Commands, step: number): string[] {
  return steps === null ? program : (steps[step]?.command ?? steps[0]?.command ?? []);
}

/** The name of the step that runs or is to run next; null without steps. */
export function stepOf({ steps }: Commands, { step }: { step: number }): string | null {
  return steps?.[step]?.name ?? steps?.[0]?.name ?? null;
}
