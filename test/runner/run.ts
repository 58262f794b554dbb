/** The test command: `node --import tsx test/runner/run.ts [part of a path...]`. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { availableParallelism, constants, tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { removeFolder } from '../helpers/temp';
import { compileTests } from './compile';
import { type FileResult, runFile } from './run-file';
import { SLOWEST_FILES } from './slowest-files';

/** Fewer tests than this in a full run mean that some were lost. */
const FEWEST_TESTS = 30;
const FILE_LIMIT_S = 300;
/** So many files are worth the compilation of all sources beforehand. */
const FEWEST_COMPILED = 5;
/** Files at once for each processor: most tests mainly wait for processes, clocks and timeouts. */
const JOBS_PER_PROCESSOR = 3;
const MOST_JOBS = 8;

const root = resolve(import.meta.dirname, '../..');

export interface RunOptions {
  /** Absolute paths. */
  files: string[];
  jobs?: number;
  /** Seconds one file may take. */
  fileLimit?: number;
  /** Compiles the tests beforehand, which pays off if there are many. */
  compiles?: boolean;
  print: (text: string) => void;
}

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Runs each test file in a process, a process group and a temporary folder of its own.
 *
 * @returns the sums; each problem of a file besides its tests (no tests, a process left behind, an exit status) counts
 *   as one failed test
 */
export async function runFiles({
  files,
  jobs = 1,
  fileLimit = FILE_LIMIT_S,
  compiles = false,
  print,
}: RunOptions): Promise<Totals> {
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  const folder = mkdtempSync(join(tmpdir(), 'zd-'));
  const remove = () => removeFolder(folder);
  process.once('exit', remove);
  // Programs of other users run in folders below: they can traverse this folder but not list it.
  chmodSync(folder, 0o711);
  const wordsFor = compiles ? await compileInto(join(folder, 'compiled')) : runWithTsx;
  const queue = [...files.entries()];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [number, file] = next;
      const words = wordsFor(file);
      const result = await runFile({ folder: join(folder, String(number)), limit: fileLimit, root, words });
      totals.passed += result.passed;
      totals.failed += result.failures.length;
      totals.skipped += result.skipped.length;
      print(describeResult(relative(root, file), result));
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, work));
  } finally {
    process.off('exit', remove);
    remove();
  }
  return totals;
}

function compileInto(folder: string): Promise<(file: string) => string[]> {
  mkdirSync(folder);
  return compileTests(root, folder);
}

function runWithTsx(file: string): string[] {
  return ['--import', 'tsx', file];
}

/** The end of a run: a line `1 skipped` if any were, and as the last line `12 passed, 0 failed`. */
export function describeTotals({ passed, failed, skipped }: Totals): string {
  return `${skipped > 0 ? `${skipped} skipped\n` : ''}${passed} passed, ${failed} failed`;
}

/** One line for a file that passed, all details of one that failed; each skipped test with its reason. */
function describeResult(name: string, { passed, skipped, failures, output, seconds }: FileResult): string {
  const bad = failures.length > 0;
  const counts = `${passed} passed, ${failures.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
  const lines = [`${bad ? 'FAILED' : 'ok    '} ${name}: ${counts} (${seconds.toFixed(1)} s)`];
  for (const { title, detail } of skipped) lines.push(`       skipped: ${title} (${detail})`);
  if (bad) lines.push(`---- output of ${name}`, output.trimEnd(), `---- end of ${name}`);
  for (const failure of failures) lines.push(`  - ${failure}`);
  return lines.join('\n');
}

function findTestFiles(patterns: string[]): string[] {
  const names = ['test/unit', 'test/cli', 'test/docs', 'test/package']
    .filter(folder => existsSync(join(root, folder)))
    .flatMap(folder =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(f => join(folder, f)),
    )
    .filter(name => name.endsWith('.ts') && !/\/(helpers|fixtures)\//.test(name));
  const wanted = names.filter(
    name => patterns.length === 0 || patterns.some(pattern => name.includes(pattern)),
  );
  return sortSlowestFirst(wanted).map(name => join(root, name));
}

/** A long file that begins last delays the end of the run; the order of the others does not matter. */
function sortSlowestFirst(names: string[]): string[] {
  const rank = (name: string) => {
    const place = SLOWEST_FILES.indexOf(name);
    return place < 0 ? SLOWEST_FILES.length : place;
  };
  return names.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

async function main(patterns: string[]): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
  const print = (text: string) => console.log(text);
  const jobs = Math.min(MOST_JOBS, availableParallelism() * JOBS_PER_PROCESSOR);
  const files = findTestFiles(patterns);
  const totals = await runFiles({ files, jobs, compiles: files.length >= FEWEST_COMPILED, print });

  const fewest = patterns.length === 0 ? FEWEST_TESTS : 1;
  const ran = totals.passed + totals.failed + totals.skipped;
  if (ran < fewest) {
    print(`There should be at least ${fewest} tests, not ${ran}.`);
    totals.failed += 1;
  }
  print(describeTotals(totals));
  process.exitCode = totals.failed > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) void main(process.argv.slice(2));
