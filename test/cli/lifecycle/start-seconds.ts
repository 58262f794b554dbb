import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Outcome, type Place, pidIn } from '../../helpers/cli';
import { isAlive } from '../../helpers/processes';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* `start-seconds = auto`: what is told of programs that fail, or come up, after different times of work. */

const test = suite('start-seconds');
test.after.each(clearPlaces);

/** Works until it is so many seconds old, without a pause, and fails: on a busy machine its own start takes long. */
const failAfter = (seconds: number) =>
  `import sys
born = int(open('/proc/self/stat').read().rsplit(')', 1)[1].split()[19]) / 100
while float(open('/proc/uptime').read().split()[0]) < born + ${seconds}: pass
sys.exit('refused')
`;

async function start(place: Place, program: string, runner: Record<string, string> = {}): Promise<Outcome> {
  place.configure({ program, transcript: 'log', ...runner });
  return place.zd('-C app.conf start');
}

function assertFailed(place: Place, { status, stdout, stderr }: Outcome, lastWords: string) {
  assert.equal([status, stdout], [1, ''], place.folder);
  assert.match(stderr, /it ended with exit status 1 after \d/);
  assert.match(stderr, lastWords);
}

async function assertUp(place: Place, started: Outcome) {
  assert.equal([started.status, started.stderr], [0, '']);
  const report = await place.report();
  assert.equal([report.state, report.pid], ['running', pidIn(started)]);
  assert.ok(isAlive(pidIn(started)));
}

for (const seconds of [0.05, 0.4, 0.9, 1.5]) {
  test(`a program that works for ${seconds} seconds and fails was not started`, async () => {
    const place = makePlace();
    place.write('app.py', failAfter(seconds));
    assertFailed(place, await start(place, 'python3 app.py'), 'refused');
  });
}

test('a start of Python and Node that fails at the end of the imports is a failed start', async () => {
  const place = makePlace();
  place.write(
    'app.py',
    'import asyncio, email.message, http.server, json, ssl, unittest\nimport nothing_of_this_name\n',
  );
  assertFailed(place, await start(place, 'python3 app.py'), 'nothing_of_this_name');
  place.write(
    'app.cjs',
    `for (const name of require('node:module').builtinModules) if (!/^(_|sys|wasi|punycode|trace)/.test(name)) require(name);
throw new Error('no database');
`,
  );
  assertFailed(place, await start(place, `${process.execPath} app.cjs`), 'no database');
});

test('a shell that works through a child is watched with it', async () => {
  const place = makePlace();
  place.write('work.py', failAfter(0.6));
  place.write('app.sh', 'python3 work.py || exit 1\nexec sleep 1000');
  assertFailed(place, await start(place, 'sh app.sh'), 'refused');
});

test('a busy program whose start test is answered by another process is waited for', async () => {
  const place = makePlace();
  place.write('app.py', failAfter(0.6));
  const answered = await start(place, 'python3 app.py', { 'start-test-program': 'true' });
  assertFailed(place, answered, 'refused');
});

test('sleep, a Node server and a Python server have started once they wait', async () => {
  const place = makePlace();
  await assertUp(place, await start(place, 'sleep 1000'));
  assert.is((await place.zd('stop')).status, 0);
  place.write(
    'server.cjs',
    "require('node:http').createServer().listen(0, () => require('node:fs').writeFileSync('node', ''));",
  );
  await assertUp(place, await start(place, `${process.execPath} server.cjs`));
  await waitForFile(place.path('node'));
  assert.is((await place.zd('stop')).status, 0);
  place.write(
    'server.py',
    "import http.server\nserver = http.server.HTTPServer(('127.0.0.1', 0), None)\nopen('python', 'w')\nserver.serve_forever()\n",
  );
  await assertUp(place, await start(place, 'python3 server.py'));
  await waitForFile(place.path('python'));
});

test('a program that is busy for good has started in the end, and one that waits and dies then is told by status', async () => {
  const place = makePlace();
  place.write('busy.py', 'while True: pass\n');
  await assertUp(place, await start(place, 'python3 busy.py'));
  assert.is((await place.zd('stop')).status, 0);
  place.write('idle.sh', 'while [ ! -e go ]; do sleep 0.05; done; exit 1');
  await assertUp(place, await start(place, 'sh idle.sh', { forever: 'on' }));
});

test('a number is a fixed time, and zdaemon has one', async () => {
  const place = makePlace();
  place.write('app.py', failAfter(1));
  const fixed = await start(place, 'python3 app.py', { 'start-seconds': '0.1' });
  assert.is(fixed.status, 0, fixed.stderr);
  await place.zd('stop');
  place.configure({ program: 'python3 app.py' });
  assert.is((await place.zdaemon('-C app.conf start')).status, 0);
});

test.run();
