import { complain, withConfiguration } from '../../../client/context';
import { checkText } from '../../../client/preflight/trust';
import { findSituation } from '../../../client/situation';
import { requireProgram } from '../../../settings/resolve';
import { ExitStatus, UsageError } from '../../../system/errors';
import { explainOrphans } from '../../run/supervise';
import { lockFleet } from '../apply/fleet-lock';
import { nameBeside } from '../apply/ledger';
import { refuseProgramWords, type SplitRequest } from '../request';
import { readUpWishes } from './flags';
import { Up } from './up';

/**
 * `up`: applies the files, shows what all programs say, applies what is saved, and stops all at its end.
 *
 * @returns 0 when all have ended; 1 if something is left; 2 if nothing can be read
 * @throws UsageError; UserError if another one is at work
 */
export async function upMany(request: SplitRequest): Promise<number> {
  refuseProgramWords(request);
  const { fleet, selection, world, split } = request;
  const wishes = readUpWishes(split.own);
  if (selection.members.length === 0 && selection.faulty.length > 0) {
    for (const { fault } of selection.faulty) complain(world, fault);
    return ExitStatus.usage;
  }
  if (process.pid === 1) complain(world, `note: ${explainOrphans()}`);
  if (fleet.kind === 'one') await examine(request);
  const lock = lockFleet(nameBeside(fleet, 'lock'), 'up');
  try {
    return await new Up(request, wishes).run();
  } finally {
    lock.release();
  }
}

/** One program has nobody beside it that could go on: what is wrong with it is an error. */
async function examine({ world, fleet }: SplitRequest): Promise<void> {
  for (const { configuration } of fleet.members) {
    const { settings, origins } = configuration;
    requireProgram(configuration);
    if (settings.disable)
      throw new UsageError(
        `cannot start the program: disabled in ${origins.disable}; set disable to off there`,
      );
    checkText(configuration);
    await findSituation(withConfiguration(world, configuration), 'start');
  }
}
