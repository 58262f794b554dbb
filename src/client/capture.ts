import { Writable } from 'node:stream';
import type { ActionContext } from './context';

type World = Omit<ActionContext, 'configuration'>;

/** What a command has printed, and found. */
export interface Captured {
  stdout: string;
  stderr: string;
  facts: Record<string, unknown>;
}

/**
 * A context whose output is kept instead of printed.
 *
 * @param context
 * @param passesErrors whether standard error is printed at once as well
 * @returns the context, and what is kept
 */
export function captureOutput<Context extends World>(
  context: Context,
  passesErrors: boolean,
): { context: Context; captured: Captured } {
  const captured: Captured = { stdout: '', stderr: '', facts: {} };
  const write = (text: string) => {
    captured.stdout += text;
  };
  const own = replaceStreams(context, {
    write,
    stdout: new Sink(write),
    stderr: new Sink(text => {
      captured.stderr += text;
      if (passesErrors) context.stderr.write(text);
    }),
    quiet: true,
    facts: captured.facts,
  });
  return { context: own, captured };
}

/** What a command has said on standard error, line by line, without the `zd: ` in front. */
export function readSentences(text: string): string[] {
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => line.replace(/^zd: /, ''));
}

/** A context with other values. Copying the values instead of the getters would open every stream. */
export function replaceStreams<Context extends World>(context: Context, values: Partial<World>): Context {
  return Object.defineProperties({} as Context, {
    ...Object.getOwnPropertyDescriptors(context),
    ...Object.getOwnPropertyDescriptors(values),
  });
}

/** Gives each text to a function. */
export class Sink extends Writable {
  constructor(take: (text: string) => void) {
    super({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        take(String(chunk));
        done();
      },
    });
  }
}
