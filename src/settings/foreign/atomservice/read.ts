import { dirname, resolve } from 'node:path';
import { errorAt } from '../../faults';
import { LineReport, type Verdict } from '../line-report';
import { readForeignText } from '../read-foreign';
import type { ForeignReading, ForeignRequest } from '../reading';
import { followModule, type Module } from './module';
import { interpretModule } from './program';
import { runModule } from './run';
import { Computed } from './values';

/**
 * Reads a configuration of atomservice: one program with steps. What cannot be followed in it is run with `--run-it`.
 *
 * @throws UsageError with file and line
 */
export function readAtomservice(request: ForeignRequest): ForeignReading {
  const { file, path } = request;
  const { text, identity } = readForeignText(file, path);
  const absolute = resolve(path);
  const report = new LineReport();
  const lines = report.registerText(text, file);
  const judge = (first: number, last: number, verdict: Verdict) => {
    for (let number = first; number <= last; number += 1) {
      const line = lines.get(number);
      if (line) report.judge([line], verdict);
    }
  };
  const module = readModule(text, request);
  const { programs, skipped } = interpretModule(module, { file, judge });
  return {
    programs,
    skipped,
    report: report.toLines(),
    paths: [absolute],
    identities: { [absolute]: identity },
  };
}

function readModule(text: string, request: ForeignRequest): Module {
  const { file, path, runsIt } = request;
  try {
    return followModule(text, file, dirname(resolve(path)));
  } catch (error) {
    if (error instanceof RangeError) throw errorAt(file, 'it is too long to be read; write it shorter');
    if (!(error instanceof Computed)) throw error;
    if (runsIt) return runModule(request);
    throw errorAt(
      `${file}:${error.line}`,
      `${error.what} is more Python than zd understands without running it; to have it run, add --run-it`,
    );
  }
}
