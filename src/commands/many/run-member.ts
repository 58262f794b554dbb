import { captureOutput, readSentences } from '../../client/capture';
import { type ActionContext, withConfiguration } from '../../client/context';
import type { Fleet, Member } from '../../settings/fleet/fleet';
import { ExitStatus } from '../../system/errors';

/** The surroundings of a command for many programs. */
export type World = Omit<ActionContext, 'configuration'>;

/** What a command for many programs works with. */
export interface Many {
  world: World;
  fleet: Fleet;
  /** Runs a command for one program, as the command line does. It never throws: an error is said, and has a status. */
  runOne(context: ActionContext, command: string, words: readonly string[]): Promise<number>;
  /** The same for any work: an error is said, and has a status. */
  attempt(context: ActionContext, work: () => Promise<number>): Promise<number>;
}

/** How a command went for one program. */
export interface Outcome {
  name: string;
  status: number;
  /** What it printed, without the last line end. */
  text: string;
  /** What it said on standard error: one sentence each, without `zd: `. */
  errors: string[];
  /** Its fields for `--json`. */
  facts: Record<string, unknown>;
}

/** The context of one program, with the streams of the whole command. */
export function contextOf({ world }: Pick<Many, 'world'>, { configuration }: Member): ActionContext {
  return withConfiguration(world, configuration);
}

/**
 * Runs a command for one program in this process, and keeps what it prints.
 *
 * @param many
 * @param member the program
 * @param command the name of the command
 * @param words the words after it
 */
export async function runMember(
  many: Many,
  member: Member,
  command: string,
  words: readonly string[] = [],
): Promise<Outcome> {
  return runCaptured(
    member.name,
    contextOf(many, member),
    context => many.runOne(context, command, words),
    words.includes('--json'),
  );
}

/**
 * The same for any work.
 *
 * @param name of the program
 * @param given its context
 * @param work must not throw
 * @param isJson it prints an object, as `status --json` does
 */
export async function runCaptured(
  name: string,
  given: ActionContext,
  work: (context: ActionContext) => Promise<number>,
  isJson = false,
): Promise<Outcome> {
  const { context, captured } = captureOutput(given, false);
  const status = await work(context);
  const object = isJson ? readObject(captured.stdout) : null;
  return {
    name,
    status,
    text: object ? '' : captured.stdout.trimEnd(),
    errors: readSentences(captured.stderr),
    facts: { ...captured.facts, ...object },
  };
}

/** `status` prints an object of its own. */
function readObject(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The worst of several exit statuses: 4, 2, 1, 3, 0; any other is worse than 0. */
export function worstOf(statuses: readonly number[]): number {
  const order = [ExitStatus.unknown, ExitStatus.usage, ExitStatus.failed, ExitStatus.notRunning];
  return order.find(status => statuses.includes(status)) ?? statuses.find(status => status !== 0) ?? 0;
}
