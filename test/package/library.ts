import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { EventQueue } from '../../src/library/event-queue';
import { makeTemporaryFolder } from '../helpers/temp';
import { suite } from '../runner/guard';
import { npmMissing, packTarball, root } from './helpers/npm';

const test = suite('library');
const folder = makeTemporaryFolder();

test.before(() => {
  if (npmMissing) return;
  const tarball = packTarball(folder);
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  spawnSync('tar', ['-xzf', tarball, '-C', join(folder, 'node_modules')]);
  spawnSync('mv', [join(folder, 'node_modules/package'), join(folder, 'node_modules/zdaemon')]);
});

function run(words: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  assert.is(status, 0, stdout + stderr);
  return stdout;
}

test.skipIf(npmMissing, 'the tarball alone gives the same to import and to require', () => {
  const names = 'ConfigurationError,FailedError,NotRunningError,UnreachableError,ZdError,connect,openFleet';
  writeFileSync(
    join(folder, 'a.mjs'),
    `import * as zd from 'zdaemon';
     import { createRequire } from 'node:module';
     const required = createRequire(import.meta.url)('zdaemon');
     const names = Object.keys(zd).filter(name => name !== 'default').sort();
     console.log(names.join(), names.every(name => zd[name] === required[name]));`,
  );
  assert.is(run(['a.mjs']), `${names} true\n`);
});

test.skipIf(npmMissing, 'its types fit to how it is used, from a module and from CommonJS', () => {
  const body = `
    async function use(): Promise<void> {
      const fleet = await openFleet('apps');
      const program: Program = fleet.program('web');
      const { pid }: { pid: number } = await program.start({ args: ['x'], signal: new AbortController().signal });
      for await (const { event } of program.events()) if (event === 'stopped') break;
      const error: ZdError = new NotRunningError(String(pid), 3);
      // @ts-expect-error there is no such method
      program.fly();
      await (await connect('/run/sock')).stop({ now: true });
      throw error;
    }
    void use;`;
  const names = '{ connect, NotRunningError, openFleet, type Program, type ZdError }';
  writeFileSync(join(folder, 'b.mts'), `import ${names} from 'zdaemon';${body}`);
  writeFileSync(join(folder, 'c.cts'), `import ${names} from 'zdaemon';${body}`);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  run([
    tsc,
    ...['--noEmit', '--strict', '--module', 'nodenext', '--lib', 'es2023,dom', '--skipLibCheck'],
    'b.mts',
    'c.cts',
  ]);
});

test('a loop gets all events in their order, then the end or the error, and can leave at any time', async () => {
  let ended = 0;
  const queue = new EventQueue<number>(() => ended++);
  queue.push(1);
  const second = queue.next().then(() => queue.next());
  queue.push(2);
  assert.equal(await second, { value: 2, done: false });
  queue.push(3);
  queue.finish(new Error('lost'));
  queue.push(4);
  assert.equal(await queue.next(), { value: 3, done: false });
  await queue.next().then(
    () => assert.unreachable(),
    error => assert.is(error.message, 'lost'),
  );
  assert.is((await queue.next()).done, true);
  const left = new EventQueue<number>(() => ended++);
  left.push(1);
  for await (const item of left) if (item === 1) break;
  assert.is(ended, 1);
});

test.run();
