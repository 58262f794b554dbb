import { cpSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Outcome, type Place, pidIn } from '../../helpers/cli';
import { killWithKeeper } from '../../helpers/processes';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('whose socket');
test.after.each(clearPlaces);

/** Two files without a `socket-name` in one folder; `a.conf` is started. */
async function startA(runner = ''): Promise<{ place: Place; pid: number }> {
  const place = makePlace();
  for (const name of ['a', 'b']) {
    const program = `sh -c 'echo ${name}; exec sleep 1000'`;
    place.write(`${name}.conf`, `[runner]\nprogram = ${program}\ntranscript = ${name}.log\n${runner}`);
  }
  return { place, pid: pidIn(await place.zd('-C a.conf start')) };
}

const told = ({ status, stdout, stderr }: Outcome) => [status, stdout, stderr];

test('a start with another file is refused and names both', async () => {
  const { place, pid } = await startA();
  const refusal = `zd: cannot start: zdsock is in use by a.conf (pid ${pid}); give b.conf a socket-name of its own\n`;
  assert.equal(told(await place.zd('-C b.conf start')), [1, '', refusal]);
  assert.is((await place.zd('-C b.conf -i', { input: 'start\n' })).status, 1);
  assert.is((await place.report()).pid, pid);
});

test('stop, restart, kill and upgrade with another file are refused, and the program goes on', async () => {
  const { place, pid } = await startA();
  for (const [command, act] of [
    ['stop'],
    ['restart'],
    ['kill', 'signal'],
    ['upgrade'],
    ['logreopen', 'signal'],
    ['send'],
  ]) {
    const hint = act === 'signal' ? 'kill' : command;
    const refusal = `zd: cannot ${act ?? command}: zdsock is in use by a.conf (pid ${pid}), not by b.conf; use -C a.conf, or zd --force ${hint}\n`;
    assert.equal(
      told(await place.zd(`-C b.conf ${command === 'send' ? 'send x' : command}`)),
      [1, '', refusal],
      command,
    );
  }
  const { pid: now, restarts } = await place.report();
  assert.equal([now, restarts], [pid, 0]);
});

test('--force is an answer, before the command and after stop and kill', async () => {
  const { place, pid } = await startA();
  assert.is((await place.zd('-C b.conf kill --force CONT')).status, 0);
  assert.is((await place.zd('-C b.conf --force kill CONT')).status, 0);
  const restarted = await place.zd('-C b.conf --force restart');
  assert.is(restarted.status, 0);
  assert.is.not(pidIn(restarted), pid);
  await waitForFile(place.path('a.log'), text => text === 'a\nb\n');
  // It is the program of b.conf from now on.
  assert.is((await place.zd('-C a.conf stop')).status, 1);
  assert.is((await place.zd('-C b.conf stop')).status, 0);
  await place.zd('-C a.conf start');
  const stopped = await place.zd('-C b.conf stop --force');
  assert.equal([stopped.status, stopped.stdout], [0, 'daemon process stopped\n']);
});

test('status, logtail and reopen_transcript say it on standard error and go on', async () => {
  const { place, pid } = await startA();
  const note = `zd: zdsock is in use by a.conf (pid ${pid}), not by b.conf\n`;
  assert.equal(told(await place.zd('-C b.conf status')), [0, `program running; pid=${pid}\n`, note]);
  assert.equal(told(await place.zd('-C b.conf reopen_transcript')), [0, '', note]);
  place.write('b.log', 'of b\n');
  assert.equal(told(await place.zd('-C b.conf logtail --no-follow')), [0, 'of b\n', note]);
  assert.is((await place.zd('-C b.conf logtail --no-follow b.conf')).stderr, '');
});

test('the words of -p are compared as well, with words and with files', async () => {
  const place = makePlace();
  const pid = pidIn(await place.zd(['-p', 'sleep 1001', 'start']));
  const start = await place.zd(['-p', 'sleep 1002', 'start']);
  const inUse = `zdsock is in use by -p 'sleep 1001' (pid ${pid})`;
  assert.equal(told(start), [1, '', `zd: cannot start: ${inUse}; use -s with another socket\n`]);
  const stop = await place.zd(['-p', 'sleep 1002', 'stop']);
  const hint = `not by -p 'sleep 1002'; use -p 'sleep 1001', or zd --force stop`;
  assert.equal(told(stop), [1, '', `zd: cannot stop: ${inUse}, ${hint}\n`]);
  place.write('c.conf', '[runner]\nprogram = sleep 1003\n');
  assert.is((await place.zd('-C c.conf restart')).status, 1);
  place.write('d.conf', '[runner]\nprogram = sleep 1001\n');
  assert.is((await place.zd('-C d.conf status')).stderr, '');
  assert.is((await place.report()).pid, pid);
  assert.is((await place.zd('stop')).status, 0);
});

test('a changed file is still the same one, by every name', async () => {
  const { place } = await startA();
  symlinkSync('a.conf', place.path('link.conf'));
  place.write('a.conf', '[runner]\nprogram = sleep 1001\n');
  assert.is((await place.zd('-C link.conf restart')).status, 0);
  assert.is((await place.zd('-C ./a.conf stop')).status, 0);
});

test('a moved folder and a renamed file stay usable', async () => {
  const { place, pid } = await startA(`socket-name = ${'~'}/zdsock\n`.replace('~', '../sockets'));
  renameSync(place.path('a.conf'), place.path('new.conf'));
  assert.equal(told(await place.zd('-C new.conf status')), [0, `program running; pid=${pid}\n`, '']);
  assert.is((await place.zd('-C new.conf stop')).status, 0);
});

test('a copy of the folder has a socket of its own', async () => {
  const { place } = await startA();
  const other = makePlace();
  for (const name of ['a.conf', 'b.conf']) cpSync(place.path(name), other.path(name));
  assert.is((await other.zd('-C b.conf start')).status, 0);
  assert.is((await place.report()).args.includes('echo a; exec sleep 1000'), true);
});

test('it is remembered by an upgraded manager, by a replacement, and without a manager', async () => {
  const { place, pid } = await startA();
  assert.is((await place.zd('-C a.conf upgrade')).status, 0);
  assert.is((await place.zd('-C b.conf stop')).status, 1);
  await killWithKeeper((await place.report()).managerPid);
  for (const command of ['start', 'stop', 'restart', 'kill']) {
    const { status, stderr } = await place.zd(`-C b.conf ${command}`);
    assert.is(status, 1, command);
    assert.match(stderr, `zdsock is in use by a.conf (pid ${pid})`);
  }
  // To wait, the program is adopted with the settings that it has.
  const waiting = place.zd('-C b.conf wait');
  const { args } = await waitForManager(place);
  assert.equal(args, ['sh', '-c', 'echo a; exec sleep 1000']);
  assert.is((await place.zd('-C a.conf stop')).status, 0);
  await waiting;
});

test('the losers of a race are refused, too', async () => {
  const place = makePlace();
  const names = ['a', 'b', 'c'];
  for (const name of names) place.write(`${name}.conf`, '[runner]\nprogram = sleep 1000\n');
  const outcomes = await Promise.all(names.map(name => place.zd(`-C ${name}.conf start`)));
  assert.equal(outcomes.map(({ status }) => status).sort(), [0, 1, 1]);
  rmSync(place.path('a.conf'));
});

test('zdaemon keeps its warning and goes on', async () => {
  const { place, pid } = await startA();
  const { status, stdout, stderr } = await place.zdaemon('-C b.conf status');
  assert.equal([status, stderr], [0, '']);
  assert.match(stdout, /^WARNING! zdrun is managing a different program!\n/);
  assert.match(stdout, `program running; pid=${pid}\n`);
  assert.is((await place.zdaemon('-C b.conf stop')).status, 0);
});

async function waitForManager(place: Place) {
  for (;;) {
    const { stdout } = await place.zd('status --json');
    const report = JSON.parse(stdout);
    if (report.managerPid !== undefined) return report as { args: string[] };
  }
}

test.run();
