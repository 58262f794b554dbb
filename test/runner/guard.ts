import { appendFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { suite as uvuSuite } from 'uvu';

export type Body = () => unknown;

interface Hook {
  (body: Body): void;
  each(body: Body): void;
}

export interface GuardedSuite {
  (title: string, body: Body): void;
  /** Like calling the suite, with its own limit in seconds. */
  limit(seconds: number, title: string, body: Body): void;
  /** Skips the test for a reason (`needs root`); `false` runs it. */
  skipIf(reason: string | false, title: string, body: Body): void;
  before: Hook;
  after: Hook;
  run(): void;
}

/** One line of the report that `run.ts` reads. */
export interface ReportLine {
  kind: 'started' | 'passed' | 'failed' | 'skipped' | 'fault';
  title: string;
  /** Why it failed or was skipped. */
  detail: string;
}

const TEST_LIMIT_S = 60;
const HOOK_LIMIT_S = 60;
/** How long a file can stay open after its last suite before that counts as a fault. */
const LINGER_LIMIT_MS = 8000;

/** Removed from the environment: processes that the tests start must not write to the report. */
const reportPath = process.env.ZD_TEST_REPORT;
delete process.env.ZD_TEST_REPORT;

const surroundings = { umask: process.umask(), folder: process.cwd() };
let registered = 0;
let ended = 0;
let suitesToRun = 0;
let bad = false;
let interrupt: ((error: Error) => void) | null = null;
let lingering: NodeJS.Timeout | undefined;

/**
 * A uvu suite that cannot pass by accident. Beyond uvu 0.5.6, it fails on a test or hook that takes too long, an error
 * in any hook, a thrown value that is not an Error, an unhandled rejection, a changed umask or working folder, a
 * forgotten `run()`, and anything left open after the last test (lukeed/uvu#60, #134, #144).
 *
 * @param name what the tests are about
 */
export function suite(name: string): GuardedSuite {
  const inner = uvuSuite(name);
  const beforeEach: Body[] = [];
  const afterEach: Body[] = [];

  const add = (seconds: number, title: string, body: Body) => {
    registered += 1;
    inner(title, async () => {
      report('started', `${name}: ${title}`);
      try {
        await runTest(seconds, body, beforeEach, afterEach);
        report('passed', `${name}: ${title}`);
      } catch (error) {
        report('failed', `${name}: ${title}`, (error as Error).message);
        throw error;
      } finally {
        ended += 1;
      }
    });
  };
  const guarded: GuardedSuite = Object.assign((title: string, body: Body) => add(TEST_LIMIT_S, title, body), {
    limit: add,
    skipIf(reason: string | false, title: string, body: Body) {
      if (reason === false) return add(TEST_LIMIT_S, title, body);
      inner.skip();
      report('skipped', `${name}: ${title}`, reason);
    },
    before: hook(`${name}: before`, body => inner.before(body), beforeEach),
    after: hook(`${name}: after`, body => inner.after(body), afterEach),
    run() {
      suitesToRun += 1;
      clearTimeout(lingering);
      inner.after(() => {
        suitesToRun -= 1;
        if (suitesToRun === 0) lingering = setTimeout(endLingering, LINGER_LIMIT_MS).unref();
      });
      inner.run();
    },
  });
  return guarded;
}

async function runTest(seconds: number, body: Body, beforeEach: Body[], afterEach: Body[]): Promise<void> {
  const errors: Error[] = [];
  const attempt = (limit: number, step: Body) =>
    runLimited(limit, step).catch((error: Error) => void errors.push(error));
  for (const step of beforeEach) await attempt(HOOK_LIMIT_S, step);
  if (errors.length === 0) await attempt(seconds, body);
  for (const step of afterEach) await attempt(HOOK_LIMIT_S, step);
  errors.push(...restoreSurroundings());
  for (const error of errors.slice(1)) console.error(error);
  if (errors[0]) throw errors[0];
}

function runLimited(seconds: number, step: Body): Promise<void> {
  let timer: NodeJS.Timeout;
  return new Promise<void>((resolve, reject) => {
    interrupt = reject;
    timer = setTimeout(() => reject(new Error(`took longer than ${seconds} s`)), seconds * 1000);
    Promise.resolve()
      .then(step)
      .then(
        () => resolve(),
        error => reject(toError(error)),
      );
  }).finally(() => {
    interrupt = null;
    clearTimeout(timer);
  });
}

/** If a test throws a non-Error, uvu drops it and the rest of the suite. */
function toError(thrown: unknown): Error {
  if (thrown instanceof Error && typeof thrown.stack === 'string' && typeof thrown.name === 'string')
    return thrown;
  return new Error(`threw ${inspect(thrown)}, which is not an Error`);
}

function restoreSurroundings(): Error[] {
  const errors: Error[] = [];
  const umask = process.umask(surroundings.umask);
  if (umask !== surroundings.umask) errors.push(new Error(`left the umask at ${umask.toString(8)}`));
  const folder = process.cwd();
  if (folder !== surroundings.folder) errors.push(new Error(`left the working folder at ${folder}`));
  process.chdir(surroundings.folder);
  return errors;
}

/** uvu swallows errors of `before` and `after` hooks, so each hook runs inside a guard. */
function hook(what: string, register: (body: () => Promise<void>) => void, each: Body[]): Hook {
  const once = (body: Body) =>
    register(() =>
      runLimited(HOOK_LIMIT_S, body).catch((error: Error) => {
        reportFault(`${what} hook`, error);
        if (what.endsWith('before')) throw error;
      }),
    );
  return Object.assign(once, { each: (body: Body) => void each.push(body) });
}

function reportFault(title: string, error: Error): void {
  console.error(`${title}:`, error);
  report('fault', title, error.message);
}

function report(kind: ReportLine['kind'], title: string, detail = ''): void {
  if (kind === 'failed' || kind === 'fault') bad = true;
  if (kind === 'skipped' && !reportPath) console.log(`skipped: ${title} (${detail})`);
  if (reportPath)
    appendFileSync(reportPath, `${JSON.stringify({ kind, title, detail } satisfies ReportLine)}\n`);
}

function endLingering(): void {
  const held = process.getActiveResourcesInfo().join(', ');
  reportFault('after the last test', new Error(`something is still open: ${held}`));
  process.exit(1);
}

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (thrown: unknown) => {
    const error = toError(thrown);
    reportFault(event, error);
    interrupt?.(error);
  });
}

process.on('exit', () => {
  const missing = registered - ended;
  if (missing > 0)
    reportFault('at exit', new Error(`${missing} tests never ran to their end; is .run() missing?`));
  if (bad) process.exitCode = 1;
});
