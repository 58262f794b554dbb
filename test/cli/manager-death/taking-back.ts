import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { commandLine, isAlive, killWithKeeper, spawnedBy, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* What a first start needs, and what taking back a program does not: logs and the directory may have gone. */

const test = suite('taking back');
test.after.each(clearPlaces);
const noPerl = spawnSync('perl', ['-v']).status !== 0;

type Loss = (place: Place) => void;
const losses: Record<string, Loss> = {
  'the folder of the transcript': place => rmSync(place.path('logs'), { recursive: true }),
  'the folder of the event log': place => rmSync(place.path('events'), { recursive: true }),
  'the directory': place => rmSync(place.path('work'), { recursive: true }),
  'the folder of the transcript, which is a file now': place => {
    rmSync(place.path('logs'), { recursive: true });
    writeFileSync(place.path('logs'), '');
  },
  everything: place => {
    for (const name of ['logs', 'events', 'work']) rmSync(place.path(name), { recursive: true });
  },
};

const SILENT = 'exec sleep 1000';
const TALKER = "trap '' USR2; while :; do echo line; sleep 0.05; done";

async function startProgram(script = TALKER): Promise<{ place: Place; pid: number }> {
  const place = makePlace();
  for (const name of ['logs', 'events', 'work']) mkdirSync(place.path(name));
  const log = `<eventlog>\n<logfile>\npath ${place.path('events/log')}\n</logfile>\n</eventlog>\n`;
  place.write('app.sh', script);
  place.configure(
    {
      program: `sh ${place.path('app.sh')}`,
      transcript: place.path('logs/log'),
      directory: place.path('work'),
    },
    log,
  );
  const pid = pidIn(await place.zd('-C app.conf start'));
  // Until there is a copier, the death of manager and keeper breaks the program's pipe.
  const { managerPid } = await place.report();
  if (noPerl) return { place, pid };
  await until(30, 'the copier', () =>
    spawnedBy(managerPid).some(one => commandLine(one).startsWith('zd: copies to')),
  );
  return { place, pid };
}

for (const [name, lose] of Object.entries(losses)) {
  test(`without ${name}, a program whose manager died is stopped`, async () => {
    const { place, pid } = await startProgram(SILENT);
    await killWithKeeper((await place.report()).managerPid);
    lose(place);
    const { status, stdout } = await place.zd('-C app.conf stop');
    assert.equal([status, stdout], [0, 'daemon process stopped\n']);
    assert.not.ok(isAlive(pid));
  });

  test(`without ${name}, it is adopted and upgraded`, async () => {
    // Output that waits in memory prevents an upgrade.
    const { place, pid } = await startProgram(SILENT);
    await killWithKeeper((await place.report()).managerPid);
    lose(place);
    assert.is((await place.zd('-C app.conf start')).stdout, `daemon process already running; pid=${pid}\n`);
    assert.is((await place.zd('-C app.conf upgrade')).status, 0);
    assert.is((await place.report()).pid, pid);
    assert.is((await place.zd('-C app.conf stop')).status, 0);
    assert.not.ok(isAlive(pid));
  });

  test(`without ${name}, another manager follows one that is killed`, async () => {
    const { place, pid } = await startProgram();
    const { managerPid } = await place.report();
    lose(place);
    process.kill(managerPid, 'SIGKILL');
    await waitForEnd(managerPid);
    await until(30, 'the next manager', async () => (await place.report()).pid === pid);
    assert.is((await place.zd('-C app.conf stop')).status, 0);
  });
}

test('status reports the logs that are missing, and they are written again once they can be', async () => {
  const { place } = await startProgram();
  await killWithKeeper((await place.report()).managerPid);
  losses.everything?.(place);
  const { stderr } = await place.zd('-C app.conf start');
  assert.match(stderr, `the folder ${place.path('logs')} does not exist`);
  const warnings = (await place.zd('-C app.conf status')).stderr;
  assert.match(
    warnings,
    `cannot write the transcript ${place.path('logs/log')}: no such file or directory; `,
  );
  assert.match(warnings, `cannot write the event log ${place.path('events/log')}: no such file or directory`);
  mkdirSync(place.path('logs'));
  mkdirSync(place.path('events'));
  mkdirSync(place.path('work'));
  await waitForFile(place.path('logs/log'), text => text.includes('line\n'));
  await waitForFile(place.path('events/log'), text => text.includes('works again'));
  assert.is((await place.zd('-C app.conf status')).stderr, '');
});

test('an upgrade with a new transcript that cannot be opened is refused, and the old manager continues', async () => {
  const { place } = await startProgram();
  const { managerPid } = await place.report();
  place.write('new.conf', place.read('app.conf').replace('logs/log', 'no/log'));
  const { status } = await place.zd('-C new.conf upgrade');
  assert.is(status, 1);
  assert.is((await place.report()).managerPid, managerPid);
});

for (const command of ['reopen_transcript', 'reopen_transcript --if-running', 'logreopen']) {
  test(`${command} reopens although the manager is dead and a copier writes to the old file`, async () => {
    const { place } = await startProgram();
    await waitForFile(place.path('logs/log'), text => text.includes('line\n'));
    await killWithKeeper((await place.report()).managerPid);
    renameSync(place.path('logs/log'), place.path('logs/log.1'));
    assert.is((await place.zd(`-C app.conf ${command}`)).status, 0);
    const old = place.read('logs/log.1');
    await waitForFile(place.path('logs/log'), text => text.includes('line\n'));
    assert.is(place.read('logs/log.1'), old);
  });
}

test('without a program, reopen_transcript starts no manager', async () => {
  const { place } = await startProgram();
  await place.zd('-C app.conf stop');
  assert.is((await place.zd('-C app.conf reopen_transcript')).status, 3);
  assert.is((await place.zd('-C app.conf reopen_transcript --if-running')).status, 0);
});

test.run();
