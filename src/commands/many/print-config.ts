import { type ActionContext, addFacts } from '../../client/context';
import { checkText } from '../../client/preflight/trust';
import { writeDown } from '../../settings/fleet/written';
import type { ForeignProgram, ReportLine } from '../../settings/foreign/reading';
import { formatReport } from '../../settings/foreign/report-text';
import { findUnwritable, toIni } from '../../settings/foreign/to-ini';
import { ExitStatus, UsageError } from '../../system/errors';
import { showControls } from '../../system/show-controls';

/** The programs to print, and what became of the lines that they follow from. */
export interface ShownConfig {
  programs: ForeignProgram[];
  skipped: { name: string; reason: string }[];
  report: readonly ReportLine[];
}

export interface ShowConfigOptions {
  /** `ini`; null for the default, which is the same. */
  format: string | null;
  /** Losses are no reason for status 1. */
  isLenient: boolean;
}

/** The part of a context that printing needs. */
type Output = Omit<ActionContext, 'configuration'>;

/**
 * `show config` for a file with one program: the settings that are not defaults, as an INI file.
 *
 * @returns the exit status: 1 if something cannot be written as INI
 */
export function showConfig(context: ActionContext, options: ShowConfigOptions): number {
  const { configuration } = context;
  checkText(configuration);
  const { program, lost } = writeDown('', configuration);
  const report = lost.map(how => lossOf(configuration.file ?? '-C', how));
  return printConfig(context, { programs: [program], skipped: [], report }, options);
}

/**
 * Prints programs on standard output, and the report on standard error.
 *
 * @returns the exit status
 * @throws UsageError for another format
 */
export function printConfig(
  context: Output,
  { programs, skipped, report }: ShownConfig,
  { format, isLenient }: ShowConfigOptions,
): number {
  if (format !== null && format !== 'ini') throw new UsageError(`cannot show config as '${format}'; use ini`);
  const text = toIni({ programs, skipped });
  const all = [...report, ...findUnwritable(programs)];
  addFacts(context as ActionContext, { config: text, report: all });
  // A file keeps every character.
  const isTerminal = 'isTTY' in context.stdout && context.stdout.isTTY === true;
  if (!context.facts) context.write(isTerminal ? text.replace(/[^\n]+/g, showControls) : text);
  for (const line of formatReport(context.quiet ? all.filter(({ verdict }) => verdict !== 'taken') : all))
    context.stderr.write(`${showControls(line)}\n`);
  const isLost = all.some(({ losesBehaviour }) => losesBehaviour);
  return isLost && !isLenient ? ExitStatus.failed : ExitStatus.done;
}

/** Something that an INI file cannot hold. */
export function lossOf(origin: string, how: string): ReportLine {
  return { origin, text: 'eventlog', verdict: 'dropped', how, losesBehaviour: true };
}
