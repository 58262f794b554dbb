import type { Writable } from 'node:stream';
import type { Configuration } from '../settings/settings';
import type { Clock } from '../system/clock';

/** Under which name we were called: `zdaemon` keeps zdaemon's exit statuses and wording where they differ. */
export type Flavour = 'zd' | 'zdaemon';

/** What every action works with; nothing else of the world is touched without need. */
export interface ActionContext {
  flavour: Flavour;
  /** How we were called, for `For help, use … -h`. */
  binaryName: string;
  configuration: Configuration;
  clock: Clock;
  /** Writes to standard output, newline included. */
  say(text: string): void;
  stdout: Writable;
  stderr: Writable;
  /** Aborted by Ctrl-C; actions that wait stop waiting and leave manager and program alone. */
  interrupt: AbortSignal;
}

/** Prints one line on standard output. */
export function print(context: ActionContext, text: string): void {
  context.say(`${text}\n`);
}

/** Prints one sentence on standard error, in the manner of the name we were called by. */
export function complain(context: Omit<ActionContext, 'configuration'>, sentence: string): void {
  context.stderr.write(`${context.flavour === 'zd' ? 'zd: ' : 'Error: '}${sentence}\n`);
}
