import { type ActionContext, addFacts, complain } from '../../client/context';
import { ExitStatus } from '../../system/errors';
import { chooseColumns, sortEntries, USUAL } from './columns';
import { type Entry, findAll, findConfigured } from './entries';
import { printEntries } from './print-entries';

export interface ListOptions {
  columns: string | null;
  sort: string | null;
}

/**
 * `list [-o COLUMNS] [--sort COLUMN] [--json]`: one line for the configured daemon; without any configuration, for each
 * manager of this user.
 *
 * @returns 0
 * @throws UsageError for an unknown column; UserError without a configuration on a system without /proc
 */
export async function list(context: ActionContext, { columns, sort }: ListOptions): Promise<number> {
  const names = chooseColumns(columns, USUAL);
  const isConfigured = namesOne(context);
  const found = isConfigured ? [await findConfigured(context)] : await findAll(context.clock);
  const entries = sortEntries(found, sort);
  addFacts(context, { fleet: context.configuration.file, programs: entries.map(toObject) });
  if (entries.length === 0) {
    complain(context, 'no daemon of this user is up; zd -C FILE start begins one');
    return ExitStatus.done;
  }
  printEntries(context, entries, names);
  return ExitStatus.done;
}

/** Whether the command line, or a file that was found, names a daemon. */
function namesOne({ configuration: { file, settings, origins } }: ActionContext): boolean {
  return file !== null || settings.program.length > 0 || origins.socketName !== 'default';
}

/** The object of an entry for `--json`. */
export function toObject({ report, ...entry }: Entry): object {
  const { word, why, crashes, mark, ...facts } = entry;
  return { ...(report ?? {}), ...facts, text: word, why };
}
