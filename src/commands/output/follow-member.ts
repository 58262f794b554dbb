import { resolve } from 'node:path';
import type { ActionContext } from '../../client/context';
import { findLimits } from '../../client/preflight/trust';
import { sleepUnlessAborted } from '../../system/clock';
import { errorCode, UserError } from '../../system/errors';
import { findKeptOutput } from './kept-output';
import { findDefault, placeTranscript, type Writing } from './logtail';
import { tailMemory } from './tail/memory';
import { tailFile } from './tail/tail';

export interface FollowOptions extends Writing {
  /** How many of the last lines are printed first. */
  lines: number;
  /** Begin at this time instead; seconds since 1970. */
  since: number | null;
  /** Called when what was there at the beginning is printed. */
  caughtUp(): void;
}

/** Seconds between two looks for a file, or a manager, that is not there yet. */
const PAUSE = 1;
const ALL = Number.MAX_SAFE_INTEGER;

/**
 * Prints the output of a program: its log or transcript, else what its manager has in memory. With `follow`, also what
 * comes, until the signal aborts: of a program that is started later as well.
 *
 * @returns why nothing was printed, as a sentence; null if something could be
 * @throws UserError
 */
export async function followMember(context: ActionContext, options: FollowOptions): Promise<string | null> {
  const path = findDefault(context);
  if (path === null) return followKept(context, options);
  const { configuration, clock } = context;
  const isTranscript = path === configuration.settings.transcript;
  const limits = findLimits(configuration);
  const place = resolve(isTranscript ? placeTranscript(context) : path);
  for (let { lines, since } = options; ; [lines, since] = [ALL, null]) {
    try {
      await tailFile({ ...options, path: place, limits, lines, since, clock });
      return null;
    } catch (error) {
      const isMissing = error instanceof UserError && errorCode(error.cause) === 'ENOENT';
      if (!isMissing || !options.follow) throw error;
    }
    options.caughtUp();
    if (!(await sleepUnlessAborted(PAUSE, clock, options.signal))) return null;
  }
}

async function followKept(context: ActionContext, options: FollowOptions): Promise<string | null> {
  const { follow, signal } = options;
  if (options.since !== null) throw new UserError('--since needs a file; output in memory has no times');
  let found: string | null = 'it has no transcript, and no output is in memory';
  for (let lines = options.lines; ; lines = ALL) {
    const kept = await findKeptOutput(context, signal);
    if (kept) found = null;
    if (kept?.kind === 'memory') await tailMemory({ ...options, lines, ask: kept.ask });
    else if (kept && lines !== ALL)
      await tailFile({
        ...options,
        path: kept.path,
        limits: null,
        lines,
        follow: false,
        clock: context.clock,
      });
    if (!follow) return found;
    options.caughtUp();
    if (!(await sleepUnlessAborted(PAUSE, context.clock, signal))) return found;
  }
}
