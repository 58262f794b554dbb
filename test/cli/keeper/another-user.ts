import { chmodSync, statSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { report } from '../../helpers/numbered-program';
import { waitForFile } from '../../helpers/within';
import { makePathWithoutPerl } from '../../helpers/without-perl';
import { suite } from '../../runner/guard';

/* A server that root starts gives up its rights, and its workers still write to its output. */

const test = suite('output of another user');
const needsRoot = process.getuid?.() !== 0 && 'only root can change users';
test.after.each(clearPlaces);

/** Becomes nobody, and opens its outputs by their names. */
const WORKER = `import os, time
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
for name in ("/dev/stderr", "/dev/stdout", "/proc/self/fd/2"):
    with open(name, "a" if name == "/dev/stdout" else "w") as out: out.write(f"nobody to {name}\\n")
print("over", flush=True)
time.sleep(1000)
`;
const SAID = ['/dev/stderr', '/dev/stdout', '/proc/self/fd/2'].map(name => `nobody to ${name}\n`).join('');

test.skipIf(needsRoot, 'a program that has become another user can open /dev/stderr', async () => {
  const place = await startWorker(makePlace());
  assert.is(place.read('log'), `${SAID}over\n`);
});

test.skipIf(needsRoot, 'so can its workers, which execute another program', async () => {
  const place = makePlace();
  const script = `exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c 'echo a >/dev/stderr; echo over'`;
  place.write('work.sh', `${script}\n`);
  place.configure({ program: 'sh work.sh', transcript: 'log', 'start-seconds': '0', 'hang-around': 'on' });
  await place.zd('-C app.conf start');
  await waitForFile(place.path('log'), text => text === 'a\nover\n');
});

test.skipIf(needsRoot, 'with a stderr-transcript, and without perl, it is the same', async () => {
  const place = makePlace({ env: { PATH: makePathWithoutPerl() } });
  await startWorker(place, { 'stderr-transcript': 'errors' });
  assert.is(place.read('log'), 'nobody to /dev/stdout\nover\n');
  assert.is(place.read('errors'), 'nobody to /dev/stderr\nnobody to /proc/self/fd/2\n');
});

test('a FIFO that an earlier zd has made gets the new mode; those for control stay private', async () => {
  const place = makePlace();
  await place.exec(['sh', '-c', 'mkdir -m 700 .zdsock.zd; mkfifo -m 600 .zdsock.zd/output']);
  place.configure({ program: 'sleep 1000', transcript: 'log' });
  await place.zd('-C app.conf start');
  assert.is((await report(place)).state, 'running');
  const modes = ['', '/output'].map(name => statSync(place.path(`.zdsock.zd${name}`)).mode & 0o777);
  assert.equal(modes, [0o700, 0o622]);
  const { stdout } = await place.exec(['find', '.zdsock.zd', '-name', 'output-*', '!', '-perm', '600']);
  assert.is(stdout, '');
});

async function startWorker(place: Place, runner: Record<string, string> = {}): Promise<Place> {
  chmodSync(place.folder, 0o755);
  place.write('worker.py', WORKER);
  place.configure({ program: 'python3 worker.py', transcript: 'log', ...runner });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  await waitForFile(place.path('log'), text => text.endsWith('over\n'));
  return place;
}

test.run();
