import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { resolve } from 'node:path';
import { noteWhose } from '../../client/configured/whose';
import { type ActionContext, complain, print } from '../../client/context';
import { findLimits } from '../../client/preflight/trust';
import { quotePython } from '../../protocol/python';
import { describeReason, ExitStatus, errorCode, UsageError } from '../../system/errors';
import type { User } from '../../system/users';
import { findKeptOutput } from './kept-output';
import { tailMemory } from './tail/memory';
import { parseSince } from './tail/since';
import { openLog, type TailOptions, tailFile } from './tail/tail';

export interface LogtailOptions {
  file: string | null;
  /** Number of last lines to print first. */
  lines: number;
  /** Begin with the first line since this time instead, as in `parseSince`. */
  since: string | null;
  /** Null: follow when standard output is a terminal. */
  follow: boolean | null;
  /** Let control characters through to a terminal. */
  raw: boolean;
}

/**
 * `logtail [-n N] [--since TIME] [-f] [--raw] [file]`: prints the last lines of a file, then what is appended to it.
 * The default file is `logfile`, or else the transcript; without a transcript, zd prints what the manager has in memory.
 *
 * @returns 0, also after Ctrl-C
 */
export async function logtail(context: ActionContext, options: LogtailOptions): Promise<number> {
  const { configuration, clock, flavour } = context;
  const path = options.file ?? findDefault(context);
  if (path === null) return logtailKept(context, options);
  if (options.file === null) await noteWhose(context);
  const limits = options.file === null ? findLimits(configuration) : null;
  const refusal = flavour === 'zdaemon' ? refuseInPython(path, limits) : null;
  if (refusal !== null) {
    print(context, refusal);
    return ExitStatus.done;
  }
  const isTranscript = options.file === null && path === configuration.settings.transcript;
  const since = options.since === null ? null : parseSince(options.since, clock.wall());
  return printUntilOver(context, options, writing =>
    tailFile({
      ...writing,
      path: resolve(isTranscript ? placeTranscript(context) : path),
      limits,
      lines: options.lines,
      since,
      clock,
    }),
  );
}

/** Without a file: what the manager has in memory, or has left. */
async function logtailKept(context: ActionContext, options: LogtailOptions): Promise<number> {
  const { flavour, clock } = context;
  const nothing = 'No default log file specified; use logtail <logfile>';
  if (flavour === 'zdaemon') {
    print(context, nothing);
    return ExitStatus.done;
  }
  return printUntilOver(context, options, async writing => {
    const kept = await findKeptOutput(context, writing.signal);
    if (kept === null) throw new UsageError(nothing);
    if (options.since !== null) throw new UsageError('--since needs a file; output in memory has no times');
    const { lines } = options;
    if (kept.kind === 'memory') return tailMemory({ ...writing, lines, ask: kept.ask });
    complain(context, 'the manager has exited; this is the last output of the last run');
    return tailFile({ ...writing, path: kept.path, limits: null, lines, follow: false, clock });
  });
}

/** What both ways of printing share. */
export type Writing = Pick<TailOptions, 'follow' | 'raw' | 'signal' | 'write'>;

/** Prints until everything is printed, Ctrl-C is pressed, or nobody reads any more. */
export async function printUntilOver(
  context: ActionContext,
  options: Pick<LogtailOptions, 'follow' | 'raw'>,
  tail: (writing: Writing) => Promise<void>,
): Promise<number> {
  const { stdout, interrupt, flavour } = context;
  const isTerminal = (stdout as NodeJS.WriteStream).isTTY === true;
  const over = new AbortController();
  const stop = () => over.abort();
  interrupt.addEventListener('abort', stop, { once: true });
  stdout.once('error', stop);
  try {
    await tail({
      follow: options.follow ?? (isTerminal || flavour === 'zdaemon'),
      raw: options.raw || !isTerminal,
      signal: over.signal,
      write: async chunk => {
        if (!stdout.write(chunk)) await once(stdout, 'drain', { signal: over.signal });
      },
    });
  } catch (error) {
    if (!over.signal.aborted) throw error;
  } finally {
    interrupt.removeEventListener('abort', stop);
    stdout.off('error', stop);
  }
  if (interrupt.aborted) print(context, '');
  return ExitStatus.done;
}

/** What is printed without a file: `logfile`, or else the transcript; null if there is neither. */
export function findDefault({ configuration: { settings }, flavour }: ActionContext): string | null {
  if (settings.logfile !== null) return settings.logfile;
  return flavour === 'zd' && settings.transcript !== '/dev/null' ? settings.transcript : null;
}

/** Why a file cannot be opened, in zdaemon's form: the text of Python's error. */
function refuseInPython(path: string, limits: User | null): string | null {
  try {
    closeSync(openLog(path, limits));
    return null;
  } catch (error) {
    // Python opens other kinds of files as well.
    if (errorCode(error) === '') return null;
    const reason = describeReason(error);
    const number = -((error as NodeJS.ErrnoException).errno ?? 0);
    return `[Errno ${number}] ${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}: ${quotePython(path)}`;
  }
}

/** A relative transcript is relative to the directory the program runs in. */
export function placeTranscript({ configuration: { settings } }: ActionContext): string {
  return resolve(settings.directory ?? '.', settings.transcript);
}
