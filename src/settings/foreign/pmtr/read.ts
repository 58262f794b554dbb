import { resolve } from 'node:path';
import { errorAt } from '../../faults';
import { giveNames } from '../give-names';
import { changed, dropped, entryOf, LineReport, TAKEN, type Verdict } from '../line-report';
import { readForeignText } from '../read-foreign';
import type { ForeignReading, ForeignRequest, Telemetry } from '../reading';
import { readAddress } from './addresses';
import { type PmtrFile, parsePmtr } from './grammar';
import { type ReadJob, readJob } from './job';
import { findPredecessors } from './order';

/**
 * Reads pmtr.conf: a program for each job.
 *
 * @throws UsageError with file and line
 */
export function readPmtr({ file, path }: Pick<ForeignRequest, 'file' | 'path'>): ForeignReading {
  const { text, identity } = readForeignText(file, path);
  const absolute = resolve(path);
  return { ...interpretPmtr(text, file), paths: [absolute], identities: { [absolute]: identity } };
}

/** What a text of pmtr means, without its place. */
export function interpretPmtr(text: string, file: string): Omit<ForeignReading, 'paths' | 'identities'> {
  const parsed = parsePmtr(text, file);
  const report = new LineReport();
  const lines = report.registerText(text, file);
  const judge = (number: number, verdict: Verdict) => {
    const line = lines.get(number);
    if (line) report.judge([line], verdict);
  };
  const telemetry = readTelemetry(parsed, file, judge);
  const jobs = parsed.jobs.map(job => readJob(job, file, judge));
  const programs = orderJobs(jobs, parsed, file, judge);
  return {
    programs,
    skipped: [],
    report: report.toLines(),
    ...(telemetry.reportTo.length + telemetry.listenOn.length > 0 ? { telemetry } : {}),
  };
}

type Judge = (line: number, verdict: Verdict) => void;

function readTelemetry({ globals }: PmtrFile, file: string, judge: Judge): Telemetry {
  const telemetry: Telemetry = { reportTo: [], listenOn: [] };
  for (const { key, words, line } of globals) {
    const address = readAddress(words[0]?.value ?? '');
    if (address === null)
      throw errorAt(`${file}:${line}`, 'the address must be udp://HOST:PORT, such as udp://127.0.0.1:5678');
    if (key === 'report') {
      telemetry.reportTo.push(address);
      judge(line, TAKEN);
    } else if (telemetry.listenOn.length > 0) {
      judge(line, dropped('pmtr listens on the first address only'));
    } else {
      telemetry.listenOn.push({ host: address.host, port: address.port });
      judge(line, address.interface === null ? TAKEN : changed('the interface has no meaning here'));
    }
  }
  return telemetry;
}

/** Adds `after`, under the names that zd gives. */
function orderJobs(
  jobs: readonly ReadJob[],
  { jobs: parsed }: PmtrFile,
  file: string,
  judge: Judge,
): ForeignReading['programs'] {
  const names = giveNames(jobs.map(({ name }) => name));
  const predecessors = findPredecessors(jobs.map((job, index) => ({ ...job, name: names[index]! })));
  return jobs.map((job, index) => {
    const { line, statements } = parsed[index]!;
    const lineOf = (key: string) => statements.findLast(statement => statement.key === key)?.line;
    const name = names[index]!;
    if (name !== job.name) judge(lineOf('name')!, changed(`the name is ${name}`));
    const waits = lineOf('wait');
    if (waits !== undefined && !job.isOnce && !job.isDisabled)
      judge(
        waits,
        changed(
          'the jobs after it start once it runs; zd waits for the end of a program with once only',
          true,
        ),
      );
    const order = lineOf('order');
    if (order !== undefined) judge(order, changed('as `after`: a job also waits until those before it run'));
    const after = predecessors.get(name);
    const at = `${file}:${order ?? line}`;
    return {
      name,
      entries: after === undefined ? job.entries : [...job.entries, entryOf('after', after, at)],
      environment: job.environment,
    };
  });
}
