import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { readText } from '../../../src/system/files';
import { clearPlaces, commandOf, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { isAlive, keeperOf, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* Other supervisors and multiplexers inside a program: whose processes are whose. */

const test = suite('nested');
const noTmux = spawnSync('tmux', ['-V']).status !== 0 && 'there is no tmux';
test.after.each(clearPlaces);

test.skipIf(
  keeperMissing,
  "a stop leaves alone what another zd's keeper keeps, and that one's stop works",
  async () => {
    const { outer, inner, pid, innerPid } = await startNested();
    const { managerPid } = await inner.report();
    assert.is((await outer.zd('-C app.conf stop')).status, 0);
    assert.not(isAlive(pid));
    for (const one of [innerPid, managerPid, keeperOf(managerPid) as number]) assert.ok(isAlive(one));
    assert.is((await inner.zd('status')).stdout, `program running; pid=${innerPid}\n`);
    assert.is((await inner.zd('-C app.conf stop')).status, 0);
    assert.not(isAlive(innerPid));
  },
);

test.skipIf(
  keeperMissing,
  'neither a crash nor a restart of the outer program touches the inner one',
  async () => {
    const { outer, inner, pid, innerPid } = await startNested();
    process.kill(pid, 'SIGKILL');
    const second = await until(30, 'the outer program', async () => {
      const now = await outer.report();
      return now.pid !== pid && now.state === 'running' && now.pid;
    });
    assert.is((await outer.zd('-C app.conf restart')).status, 0);
    await waitForEnd(second);
    assert.is((await inner.zd('status')).stdout, `program running; pid=${innerPid}\n`);
    assert.is((await outer.zd('-C app.conf stop')).status, 0);
    assert.is((await inner.zd('-C app.conf stop')).status, 0);
    assert.not(isAlive(innerPid));
  },
);

test.skipIf(keeperMissing, 'a stop of the inner program leaves the outer one', async () => {
  const { outer, inner, pid, innerPid } = await startNested();
  assert.is((await inner.zd('-C app.conf stop')).status, 0);
  assert.not(isAlive(innerPid));
  assert.is((await outer.zd('status')).stdout, `program running; pid=${pid}\n`);
  assert.is((await outer.zd('-C app.conf stop')).status, 0);
});

test.skipIf(
  keeperMissing || noTmux,
  'a stop ends a server of tmux, with its session, as a descendant',
  async () => {
    const place = makePlace();
    place.write(
      'work.sh',
      `tmux -S ${place.path('tmux')} -f /dev/null new-session -d 'echo $$ >inside; exec sleep 1000'\nexec sleep 1000\n`,
    );
    place.configure({
      program: 'sh work.sh',
      directory: place.folder,
      transcript: 'log',
      'stop-timeout': '5',
    });
    const env = { TERM: 'screen', TMUX: undefined, SHELL: '/bin/sh' };
    assert.is((await place.zd('-C app.conf start', { env })).status, 0);
    const inside = Number(await waitForFile(place.path('inside'), text => text.endsWith('\n')));
    const server = parentOf(inside);
    assert.is(parentOf(server), keeperOf((await place.report()).managerPid), place.read('log'));
    assert.is((await place.zd('-C app.conf stop')).status, 0);
    for (const pid of [inside, server]) assert.not(isAlive(pid));
  },
);

/** A program that starts another zd, whose program is innerPid. */
async function startNested(): Promise<{ outer: Place; inner: Place; pid: number; innerPid: number }> {
  const outer = makePlace();
  const inner = makePlace();
  inner.configure({ program: 'sleep 1001', directory: inner.folder, transcript: 'log' });
  const zd = [...commandOf('zd'), '-C', 'app.conf', 'start'].join(' ');
  outer.write('work.sh', `(cd ${inner.folder}; ${zd})\necho begun\nexec sleep 1000\n`);
  outer.configure({ program: 'sh work.sh', directory: outer.folder, transcript: 'log', 'stop-timeout': '5' });
  const pid = pidIn(await outer.zd('-C app.conf start'));
  const said = await waitForFile(outer.path('log'), text => text.endsWith('begun\n'));
  return { outer, inner, pid, innerPid: pidIn({ stdout: said, stderr: '' }) };
}

function parentOf(pid: number): number {
  return Number(/^PPid:\t(\d+)$/m.exec(readText(`/proc/${pid}/status`))?.[1]);
}

test.run();
