import { checkText } from '../../client/preflight/trust';
import type { Member } from '../../settings/fleet/fleet';
import { writeDown } from '../../settings/fleet/written';
import type { ReportLine } from '../../settings/foreign/reading';
import { ExitStatus, UsageError } from '../../system/errors';
import { lossOf, printConfig, type ShowConfigOptions, type ShownConfig } from './print-config';
import { complainOfFaulty } from './print-outcomes';
import type { SplitRequest } from './request';
import { worstOf } from './run-member';

/**
 * `show config [NAME…]` for many programs: one file in zd's format, and what became of each line of a foreign one.
 *
 * @returns the exit status: 2 for a faulty program, 1 if something was lost; null for another word after `show`
 * @throws UsageError
 */
export async function showConfigOfMany(request: SplitRequest): Promise<number | null> {
  const { fleet, selection, split, world } = request;
  // The word after show is the last of its own words.
  if (split.own.at(-1) !== 'config') return null;
  const options = readOptions(split.own.slice(0, -1));
  complainOfFaulty(request, selection);
  for (const { configuration } of selection.members) checkText(configuration);
  const isForeign = fleet.foreign.length > 0 || fleet.report.length > 0;
  const shown = isForeign ? pickForeign(request) : writeOwn(selection.members, fleet.file);
  const status = printConfig(world, shown, options);
  return worstOf([status, ...selection.faulty.map(() => ExitStatus.usage)]);
}

function readOptions(words: readonly string[]): ShowConfigOptions {
  const options: ShowConfigOptions = { format: null, isLenient: false };
  for (const [at, word] of words.entries()) {
    if (word === '--lenient') options.isLenient = true;
    else if (word.startsWith('--format=')) options.format = word.slice('--format='.length);
    else if (words[at - 1] === '--format') options.format = word;
    else if (!['--format', '--json', '-q', '--quiet'].includes(word))
      throw new UsageError(`show config has no option ${word}; it has --format and --lenient`);
  }
  return options;
}

/** As they were read, with relative paths: the text is meant to lie beside the file. */
function pickForeign({ fleet, selection }: SplitRequest): ShownConfig {
  const names = new Set([
    ...selection.members.map(({ base }) => base),
    ...selection.faulty.map(({ name }) => name),
  ]);
  const programs = fleet.foreign.filter(({ name }) => selection.isAll || names.has(name));
  return { programs, skipped: selection.isAll ? fleet.skipped : [], report: dropTelemetry(fleet) };
}

/** Datagrams of pmtr belong to its own file. */
function dropTelemetry({ report, telemetry }: SplitRequest['fleet']): readonly ReportLine[] {
  if (telemetry === null) return report;
  const how = 'only zd up has it, with this file itself';
  return report.map(line =>
    /^(report|listen)\s/.test(line.text) && line.verdict !== 'dropped'
      ? { ...line, verdict: 'dropped', how, losesBehaviour: true }
      : line,
  );
}

/** A copy is a program of its own here. */
function writeOwn(members: readonly Member[], file: string): ShownConfig {
  const written = members.map(({ name, configuration }) => writeDown(name, configuration));
  return {
    programs: written.map(({ program }) => program),
    skipped: [],
    report: written.flatMap(({ lost }) => lost.map(how => lossOf(file, how))),
  };
}
