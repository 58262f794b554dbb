import { type ActionContext, addFacts, complain, print } from '../../client/context';
import { ExitStatus } from '../../system/errors';
import { showControls } from '../../system/show-controls';
import { chooseLook, colourOf, isTerminal, type Look, signOf } from '../../system/terminal';
import { cutStyled, type Styled } from '../../system/text/styled';
import { chooseColumns, layOut, sortEntries } from './columns';
import { type Entry, findAll, findConfigured } from './entries';

const GAP = '  ';

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
  const names = chooseColumns(columns);
  const isConfigured = namesOne(context);
  const found = isConfigured ? [await findConfigured(context)] : await findAll(context.clock);
  const entries = sortEntries(found, sort);
  addFacts(context, { fleet: context.configuration.file, programs: entries.map(toObject) });
  if (entries.length === 0) {
    complain(context, 'no daemon of this user is up; zd -C FILE start begins one');
    return ExitStatus.done;
  }
  const rows = layOut(entries, names);
  if (!isTerminal(1)) {
    for (const row of rows) print(context, row.join(GAP).trimEnd());
    return ExitStatus.done;
  }
  const look = chooseLook(context.stdout as NodeJS.WriteStream, process.env);
  for (const [at, row] of rows.entries()) context.write(`${formatRow(row, names, entries[at - 1], look)}\n`);
  return ExitStatus.done;
}

/** Whether the command line, or a file that was found, names a daemon. */
function namesOne({ configuration: { file, settings, origins } }: ActionContext): boolean {
  return file !== null || settings.program.length > 0 || origins.socketName !== 'default';
}

function toObject({ report, ...entry }: Entry): object {
  const { word, why, crashes, mark, ...facts } = entry;
  return { ...(report ?? {}), ...facts, text: word, why };
}

/** On a terminal the last column is cut at its edge, and each state has its symbol and colour. */
function formatRow(
  row: readonly string[],
  names: readonly string[],
  entry: Entry | undefined,
  look: Look,
): string {
  const sign: Styled = entry ? [[signOf(entry.mark, look), colourOf(entry.mark)], ' '] : ['  '];
  const cells = row.flatMap((cell, at): Styled => {
    const shown = showControls(cell);
    const gap = at === 0 ? '' : GAP;
    const isState = entry && names[at] === 'state';
    return isState ? [gap, [shown, colourOf(entry.mark)]] : [`${gap}${shown}`];
  });
  return cutStyled([...sign, ...cells], look.columns, look, look.hasSymbols ? '…' : '...').trimEnd();
}
