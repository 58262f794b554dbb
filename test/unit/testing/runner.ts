import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { makeTemporaryFolder } from '../../helpers/temp';
import { isWritten, waitForFile, within } from '../../helpers/within';
import { suite } from '../../runner/guard';
import { describeTotals, runFiles, type Totals } from '../../runner/run';
import { SLOWEST_FILES } from '../../runner/slowest-files';

const helpers = resolve(import.meta.dirname, '../../helpers');
const runnerFolder = resolve(import.meta.dirname, '../../runner');

const test = suite('guard');

test('the files that are begun first, because they take longest, are there', () => {
  for (const name of SLOWEST_FILES)
    assert.ok(existsSync(resolve(import.meta.dirname, '../../..', name)), name);
});

test('passing tests pass, and a skipped one is counted and printed with its reason', async () => {
  const { totals, printed } = await runFixture(`
    test('a', () => {});
    test.skipIf(false, 'b', async () => {});
    test.skipIf('needs a moon', 'c', () => { throw new Error('ran'); });
    test.run();`);
  assert.equal(totals, { passed: 2, failed: 0, skipped: 1 });
  assert.match(printed, 'skipped: fixture: c (needs a moon)');
  assert.is(printed.includes('----'), false, 'no output of a passing file');
  assert.is(describeTotals(totals), '1 skipped\n2 passed, 0 failed');
  assert.is(describeTotals({ passed: 2, failed: 1, skipped: 0 }), '2 passed, 1 failed');
});

test('a test that hangs fails by its own limit, and the ones after it run', async () => {
  const { totals, printed } = await runFixture(`
    test.limit(0.1, 'hangs', () => new Promise(() => {}));
    test('comes after', () => {});
    test.run();`);
  assert.equal(totals, { passed: 1, failed: 1, skipped: 0 });
  assert.match(printed, 'fixture: hangs: took longer than 0.1 s');
});

test('a file that hangs is killed and the running test is named', async () => {
  const body = `test('spins', () => { for (;;); });
    test.run();`;
  // A machine that is busy may need the whole limit to come to the test.
  for (const limit of [2, 8, 32]) {
    const { totals, printed } = await runFixture(body, limit);
    assert.match(printed, `took longer than ${limit} s and was killed`);
    if (!printed.includes('spins') && limit < 32) continue;
    assert.is(totals.failed, 2);
    assert.match(printed, 'fixture: spins: did not finish');
    return;
  }
});

for (const hook of ['before', 'after', 'before.each', 'after.each']) {
  test(`a throwing ${hook} hook is a failure`, async () => {
    const { totals } = await runFixture(`
      test.${hook}(() => { throw new Error('hook trouble'); });
      test('a', () => {});
      test.run();`);
    assert.ok(totals.failed >= 1);
  });
}

test('a file without tests and a file whose run() was forgotten are failures', async () => {
  const empty = await runFixture('');
  assert.equal(empty.totals, { passed: 0, failed: 1, skipped: 0 });
  assert.match(empty.printed, 'ran no tests');
  const forgotten = await runFixture(`test('a', () => {});`);
  assert.equal(forgotten.totals, { passed: 0, failed: 1, skipped: 0 });
  assert.match(forgotten.printed, 'is .run() missing?');
});

test('a thrown string, null and undefined are failures of their test alone', async () => {
  const { totals, printed } = await runFixture(`
    test('string', () => { throw 'a word'; });
    test('null', async () => { throw null; });
    test('undefined', () => Promise.reject());
    test('good', () => {});
    test.run();`);
  assert.equal(totals, { passed: 1, failed: 3, skipped: 0 });
  assert.match(printed, "threw 'a word', which is not an Error");
});

test('an unhandled rejection and an exception out of nowhere are failures', async () => {
  const { totals, printed } = await runFixture(`
    test('rejects', () => { void Promise.reject(new Error('nobody cared')); return new Promise(r => setTimeout(r, 50)); });
    test('throws', () => { setTimeout(() => { throw new Error('out of nowhere'); }); return new Promise(() => {}); });
    test.run();`);
  assert.is(totals.passed, 0);
  assert.match(printed, 'nobody cared');
  assert.match(printed, 'out of nowhere');
});

test('process.exit(0) in a test, and a syntax error, are failures', async () => {
  assert.is((await runFixture(`test('a', () => process.exit(0)); test.run();`)).totals.failed > 0, true);
  assert.is((await runFixture('test(')).totals.failed, 1);
});

test('a changed umask and a changed working folder are failures and are put right', async () => {
  const { totals, printed } = await runFixture(`
    test('umask', () => { process.umask(0o123); });
    test('folder', () => { process.chdir('/'); });
    test('good', () => {});
    test.run();`);
  assert.equal(totals, { passed: 1, failed: 2, skipped: 0 });
  assert.match(printed, 'left the umask at 123');
  assert.match(printed, 'left the working folder at /');
});

test('something left open after the last test is a failure, without waiting for the limit of the file', async () => {
  const { totals, printed } = await runFixture(`
    test('a', () => { setInterval(() => {}, 1000); });
    test.run();`);
  assert.equal(totals, { passed: 1, failed: 1, skipped: 0 });
  assert.match(printed, 'something is still open: ');
  assert.match(printed, 'Timeout');
});

test('a process left behind is a failure and is killed, even in a session of its own', async () => {
  const pidFile = join(makeTemporaryFolder(), 'pid');
  const { totals, printed } = await runFixture(`
    import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    test('a', () => {
      const child = spawn('sleep', ['987'], { detached: true, stdio: 'ignore' });
      child.unref();
      writeFileSync('${pidFile}', String(child.pid));
    });
    test.run();`);
  const pid = Number(readFileSync(pidFile, 'utf8'));
  assert.equal(totals, { passed: 1, failed: 1, skipped: 0 });
  assert.match(printed, `left process ${pid} behind: sleep 987`);
  assert.not(isAlive(pid));
});

test('the temporary folder of a killed test file is removed', async () => {
  const noted = join(makeTemporaryFolder(), 'noted');
  await runFixture(`
    import { writeFileSync } from 'node:fs';
    import { makeTemporaryFolder } from '${helpers}/temp.ts';
    test('a', () => {
      writeFileSync('${noted}', makeTemporaryFolder());
      process.kill(process.pid, 'SIGKILL');
    });
    test.run();`);
  assert.not(existsSync(readFileSync(noted, 'utf8')));
});

test('a run that is interrupted leaves neither processes nor folders behind', async () => {
  const noted = join(makeTemporaryFolder(), 'noted');
  const file = writeFixture(`
    import { renameSync, writeFileSync } from 'node:fs';
    test('waits', () => {
      writeFileSync('${noted}.new', JSON.stringify([process.pid, process.env.ZD_TEST_FOLDER]));
      renameSync('${noted}.new', '${noted}');
      return new Promise(() => {});
    });
    test.run();`);
  const script = file.replace('fixture', 'runner');
  writeFileSync(
    script,
    `import { runFiles } from '${runnerFolder}/run.ts';
     process.on('SIGTERM', () => process.exit(143));
     void runFiles({ files: ['${file}'], print: () => {} });`,
  );
  const runner = spawn(process.execPath, ['--import', 'tsx', script], { stdio: 'inherit' });
  const [pid, folder] = JSON.parse(await waitForFile(noted, isWritten)) as [number, string];
  runner.kill();
  assert.is(await within(30, new Promise(resolve => runner.on('exit', resolve)), 'the end of the run'), 143);
  await waitForEnd(pid);
  assert.not(existsSync(folder));
});

async function runFixture(body: string, fileLimit = 30): Promise<{ totals: Totals; printed: string }> {
  let printed = '';
  const print = (text: string) => {
    printed += `${text}\n`;
  };
  const totals = await runFiles({ files: [writeFixture(body)], fileLimit, print });
  return { totals, printed };
}

function writeFixture(body: string): string {
  const file = join(makeTemporaryFolder(), 'fixture.mts');
  writeFileSync(
    file,
    `import { suite } from '${runnerFolder}/guard.ts';\nconst test = suite('fixture');\n${body}\n`,
  );
  return file;
}

test.run();
