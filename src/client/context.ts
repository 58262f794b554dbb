import type { Writable } from 'node:stream';
import type { Configuration } from '../settings/settings';
import type { Clock } from '../system/clock';
import { showControls } from '../system/show-controls';

/** The name the client was called by: `zdaemon` keeps zdaemon's exit statuses and wording where they differ. */
export type Flavour = 'zd' | 'zdaemon';

/** The environment of every action, which accesses nothing outside it without need. */
export interface ActionContext {
  flavour: Flavour;
  /** The name in `For help, use … -h`. */
  binaryName: string;
  configuration: Configuration;
  clock: Clock;
  /** Writes text to standard output; adds no newline. */
  write(text: string): void;
  stdout: Writable;
  stderr: Writable;
  /** Aborted by Ctrl-C: actions stop waiting and leave the manager and the program alone. */
  interrupt: AbortSignal;
  /** Only the outcome is printed, no progress (`-q`, `--json`). */
  quiet?: boolean;
  /** With `--json`: the fields of the object that is printed in the end. */
  facts?: Record<string, unknown>;
}

/** The context of a configuration. Copying the values instead of the getters would open every stream. */
export function withConfiguration(
  world: Omit<ActionContext, 'configuration'>,
  configuration: Configuration,
): ActionContext {
  return Object.defineProperties({ configuration } as ActionContext, Object.getOwnPropertyDescriptors(world));
}

/** Adds fields to the object of `--json`. Without it, nothing happens. */
export function addFacts({ facts }: ActionContext, more: Record<string, unknown>): void {
  if (facts) Object.assign(facts, more);
}

/** Prints one line on standard output; what programs and other processes have said cannot attack the terminal. */
export function print(context: ActionContext, text: string): void {
  context.write(`${showControls(text)}\n`);
}

/** Prints the line after a wait. In zdaemon, its newline in front ends the line of dots. */
export function printAfterWait(context: ActionContext, text: string): void {
  print(context, context.flavour === 'zdaemon' ? `\n${text}` : text);
}

/** Prints one sentence on standard error, with the prefix that the flavour uses. */
export function complain(context: Omit<ActionContext, 'configuration'>, sentence: string): void {
  context.stderr.write(`${context.flavour === 'zd' ? 'zd: ' : 'Error: '}${showControls(sentence)}\n`);
}
