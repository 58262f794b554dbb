import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { endAndTally, killManager, report, startNumbered } from '../../helpers/numbered-program';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { suite } from '../../runner/guard';

const test = suite('state file');
const FILE = '.zdsock.zd/state.json';
const linuxOnly = process.platform !== 'linux' && 'needs /proc';
test.after.each(clearPlaces);

const bad: Record<string, (place: Place, state: Record<string, unknown>) => void> = {
  empty: place => place.write(FILE, ''),
  torn: (place, state) => place.write(FILE, JSON.stringify(state).slice(0, 200)),
  foreign: place => place.write(FILE, '["not", "ours"]'),
  'of a later version': (place, state) => place.write(FILE, JSON.stringify({ ...state, version: 99 })),
  'with a wrong order': (place, state) =>
    place.write(FILE, JSON.stringify({ ...state, order: { version: 1 } })),
  'with impossible pids': (place, state) =>
    place.write(FILE, JSON.stringify({ ...state, program: { pid: -1, startTime: '1', bootId: '' } })),
  binary: place => place.write(FILE, '\0\xff\xfe{"version": 1'),
  'a folder': place => mkdirSync(place.path(FILE)),
  'a loop of symlinks': place => symlinkSync('state.json', place.path(FILE)),
};

for (const [what, spoil] of Object.entries(bad)) {
  test.skipIf(linuxOnly, `${what}: set aside with a warning, and the program is still found`, async () => {
    const { place, pid } = await startNumbered(makePlace());
    const state = JSON.parse(place.read(FILE));
    await killManager(place);
    rmSync(place.path(FILE));
    spoil(place, state);
    const started = await place.zd('-C app.conf start');
    assert.equal(started, {
      status: 0,
      stdout: `daemon process already running; pid=${pid}\n`,
      stderr: '',
    });
    assert.match(
      place.read('events'),
      /WARNING ignored the saved state: .*it was moved to .*state\.json\.bad/,
    );
    assert.equal(await endAndTally(place), []);
  });
}

test('after a clean stop, an invalid state file does not matter', async () => {
  const { place } = await startNumbered(makePlace());
  await place.zd('stop');
  place.write(FILE, 'garbage');
  mkdirSync(place.path(`${FILE}.bad`));
  assert.is((await place.zd('status')).status, 3);
  assert.is((await place.zd('-C app.conf start')).status, 0);
  assert.equal(await endAndTally(place), []);
});

for (const [what, change] of [
  ['a pid that was reused by another process', { startTime: '17' }],
  ['a pid of another boot', { bootId: 'another' }],
] as const) {
  test(`${what} is never signalled and never adopted`, async () => {
    const { place, pid } = await startNumbered(makePlace());
    const state = JSON.parse(place.read(FILE));
    await killManager(place);
    process.kill(pid, 'SIGKILL');
    await waitForEnd(pid);
    const stranger = spawn('sleep', ['1000'], { stdio: 'ignore', detached: true });
    try {
      const theirs = await identityOf(stranger.pid as number);
      const program = { ...state.program, ...theirs, ...change };
      const manager = { ...state.manager, ...theirs, ...change };
      const text = JSON.stringify({ ...state, program, manager, leftovers: [stranger.pid] });
      for (const command of ['stop', 'status', 'kill KILL', '-C app.conf start', 'stop']) {
        if (command !== 'stop') place.write(FILE, text);
        const { stdout } = await place.zd(command);
        assert.not(stdout.includes(String(stranger.pid)), stdout);
        assert.ok(isAlive(stranger.pid as number), command);
      }
    } finally {
      stranger.kill('SIGKILL');
    }
  });
}

test('a state that cannot be saved is logged, and has no other effect', async () => {
  const { place, pid } = await startNumbered(makePlace());
  rmSync(place.path(FILE));
  mkdirSync(place.path(`${FILE}/full`), { recursive: true });
  const restarted = await place.zd('-C app.conf restart');
  assert.is(restarted.status, 0);
  assert.is.not(pidIn(restarted), pid);
  assert.match(place.read('events'), 'ERROR cannot save the state:');
  assert.is((await report(place)).pid, pidIn(restarted));
  assert.equal(await endAndTally(place), []);
});

async function identityOf(pid: number) {
  const { identify } = await import('../../../src/system/identity');
  return identify(pid);
}

test.run();
