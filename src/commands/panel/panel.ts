import { type ActionContext, print } from '../../client/context';
import { findSituation, type Situation, viewOf } from '../../client/situation';
import { showLine, writeJson } from '../../system/show-controls';
import { chooseLook, glyphsOf, isTerminal, type Look, PLAIN } from '../../system/terminal';
import { findHeadline, type Headline, styleHeadline } from '../inspect/headline';
import { joinState, lastExitOf } from '../inspect/state-text';
import { judgeSituation, printStatus, reportSituation, warnOfLogs } from '../inspect/status';
import { type Facts, gatherFacts, NO_USAGE, type Usage } from './facts';
import { layOutPanel, type Panel } from './layout';
import { listRows } from './rows';

/** Columns of the names of the lines, in a pipe. */
const NAMES = 12;

/**
 * `status -v`: everything that is known of the program, and the last lines of its output. On a terminal it is the panel.
 * A pipe gets the sentence of `status`, what is true, and a line for each fact. Without a manager, the last run is
 * reported from the files that the manager left.
 *
 * @param context
 * @param options as in `status`
 * @returns as `status`
 */
export async function statusInDetail(
  context: ActionContext,
  { long, json }: { long: boolean; json: boolean },
): Promise<number> {
  const situation = await findSituation(context, null, { lines: true, settings: true });
  const facts = await gatherFacts(context, situation);
  if (json) {
    print(context, writeJson({ ...reportSituation(context, situation), ...reportUsage(facts.usage) }));
    return judgeSituation(context, situation);
  }
  if (context.flavour === 'zd' && isTerminal(1) && 'isTTY' in context.stdout) {
    const look = chooseLook(context.stdout as NodeJS.WriteStream, process.env);
    for (const line of layOutPanel(makePanel(context, facts, look), look)) context.write(`${line}\n`);
    const view = viewOf(situation);
    if (view?.report) warnOfLogs(context, view.report);
    if (long && view) print(context, view.text);
    return judgeSituation(context, situation);
  }
  const code = printStatus(context, situation, { long, json: false });
  printPlain(context, facts);
  return code;
}

/** What `--json` adds for `-v`: in bytes, and in seconds of processor time. */
export function reportUsage({ processes, memory, share, ports }: Usage = NO_USAGE): object {
  return {
    memory: processes.length === 0 ? null : memory,
    cpu: share,
    processes: processes.map(({ pid, depth, command, memory, share }) => ({
      pid,
      depth,
      command,
      memory,
      cpu: share,
    })),
    ports,
  };
}

/**
 * What the panel says of a situation.
 *
 * @param context
 * @param facts
 * @param look of the terminal
 */
export function makePanel(context: ActionContext, facts: Facts, look: Look): Panel {
  const { situation, now } = facts;
  const headline = findHeadline(situation, now, true) ?? nameUnknown(situation);
  return {
    headline: styleHeadline(context, situation, withNext(headline), look),
    rows: listRows(context.configuration, facts, glyphsOf(look)),
    outputName: 'last lines',
    output: lastLines(situation),
  };
}

/** What comes next belongs to the first line. */
function withNext(headline: Headline): Headline {
  return { ...headline, rest: `${headline.rest}${headline.next ? `; ${headline.next}` : ''}` };
}

/** Where `status` has nothing to add to its sentence. */
export function nameUnknown(situation: Situation): Headline {
  if (situation.kind === 'orphaned')
    return { mark: 'between', word: 'running', rest: ' without a manager; zd start adopts it' };
  if (situation.kind !== 'managed')
    return { mark: 'down', word: 'not running', rest: ', and neither is a manager' };
  // A manager of zdaemon tells no more.
  return situation.view.pid === null
    ? { mark: 'down', word: 'not running', rest: '' }
    : { mark: 'up', word: 'running', rest: '' };
}

/** Those of the program that is up, or of the last run. */
function lastLines(situation: Situation): readonly string[] {
  const report = viewOf(situation)?.report ?? null;
  const isUp = report?.pid !== null && report?.pid !== undefined;
  return (isUp ? report.lines : lastExitOf(situation)?.lines) ?? [];
}

function printPlain(context: ActionContext, facts: Facts): void {
  const headline = findHeadline(facts.situation, facts.now, true);
  if (headline) print(context, joinState(headline));
  for (const { name, value } of listRows(context.configuration, facts, glyphsOf(PLAIN))) {
    const [first = '', ...others] = typeof value === 'string' ? [value] : value(Number.POSITIVE_INFINITY);
    print(context, `  ${name.padEnd(NAMES)}${first}`);
    for (const line of others) print(context, `  ${' '.repeat(NAMES)}${line}`);
  }
  const lines = lastLines(facts.situation);
  if (lines.length > 0) print(context, '  last lines');
  for (const line of lines) print(context, `    ${showLine(line)}`);
}
