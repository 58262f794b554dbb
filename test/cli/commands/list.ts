import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { openTerminal, ptyMissing } from '../../helpers/pty';
import { asUser, give, needsRoot, STRANGER } from '../../helpers/strangers';
import { suite } from '../../runner/guard';

const test = suite('list');
test.after.each(clearPlaces);

const bin = join(import.meta.dirname, '../../../bin/zd.js');
/** Other managers of this machine are listed as well, so every name here is one of its own. */
const NAME = `listed-${process.pid}`;

/** A daemon, called so. */
async function begin(name: string, runner: Record<string, string> = {}): Promise<Place> {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', transcript: 'app.log', name, ...runner });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  return place;
}

/** The cells of a line, or null. */
function findLine(stdout: string, name: string): string[] | null {
  const line = stdout.split('\n').find(one => one.startsWith(`${name} `));
  return line?.split(/ {2,}/) ?? null;
}

async function listAll(words = ''): Promise<string> {
  const { stdout, status } = await makePlace().zd(`list ${words}`);
  assert.is(status, 0);
  return stdout;
}

test('without a configuration it finds every manager of this user, wherever its socket is', async () => {
  const [one, other] = [await begin(`${NAME}-a`), await begin(`${NAME}-b`, { 'hang-around': 'on' })];
  assert.is((await other.zd('-C app.conf stop')).status, 0);
  const stdout = await listAll('-o name,state,pid,socket,file');
  const first = findLine(stdout, `${NAME}-a`);
  assert.equal([first?.[1], first?.slice(3)], ['running', [one.path('zdsock'), one.path('app.conf')]]);
  assert.equal(findLine(stdout, `${NAME}-b`)?.slice(1, 4), ['stopped', '-', other.path('zdsock')]);
  assert.is((await one.zd('-C app.conf stop')).status, 0);
  assert.is(findLine(await listAll(), `${NAME}-a`), null);
});

test('with a configuration it lists that daemon, also when it is down, with the reason', async () => {
  const place = makePlace();
  place.configure({ program: "sh -c 'exit 3'", name: 'broken' });
  assert.is((await place.zd('-C app.conf start')).status, 1);
  const { stdout, status } = await place.zd('-C app.conf ls');
  assert.is(status, 0);
  assert.match(stdout, /^NAME +STATE +PID +UPTIME +RESTARTS +CPU +MEM +WHY\n/);
  assert.match(stdout, /^broken +failed +- .*exit status 3/m);
  assert.is(stdout.trim().split('\n').length, 2);
});

test('--json has the report of each program, and --sort orders them', async () => {
  await begin(`${NAME}-y`);
  await begin(`${NAME}-x`);
  const { programs, fleet } = JSON.parse(await listAll('--json --sort=-name'));
  const own = programs.filter((one: { name: string }) => one.name.startsWith(NAME));
  assert.is(fleet, null);
  assert.equal(
    own.map(({ name, state, text }: Record<string, unknown>) => [name, state, text]),
    [
      [`${NAME}-y`, 'running', 'running'],
      [`${NAME}-x`, 'running', 'running'],
    ],
  );
  assert.ok(own[0].memory > 0 && own[0].socket.endsWith('zdsock'));
});

test('-n names a running daemon from anywhere, with its configuration', async () => {
  const place = await begin(`${NAME}-n`);
  const elsewhere = makePlace();
  const before = (await elsewhere.zd(`-n ${NAME}-n status`)).stdout;
  assert.match(before, /^program running; pid=\d+\n$/);
  const restarted = await elsewhere.zd(`--daemon-name ${NAME}-n restart`);
  assert.is(restarted.status, 0);
  assert.not.equal((await place.zd('-C app.conf status')).stdout, before);
  const near = await elsewhere.zd(`-n ${NAME}-m status`);
  assert.equal(
    [near.status, near.stderr],
    [2, `zd: no daemon of this user is called '${NAME}-m'; did you mean '${NAME}-n'?\n`],
  );
  const both = await elsewhere.zd(`-n ${NAME}-n -s sock status`);
  assert.equal([both.status, both.stderr], [2, 'zd: cannot use -n with -s: each names a daemon\n']);
  assert.is((await elsewhere.zd(`-n ${NAME}-n stop`)).status, 0);
});

test('two daemons of one name are named with their sockets, and neither gets the command', async () => {
  const [one, other] = [await begin(`${NAME}-2`), await begin(`${NAME}-2`)];
  const { stderr, status } = await makePlace().zd(`-n ${NAME}-2 stop`);
  assert.is(status, 2);
  for (const place of [one, other]) {
    assert.ok(stderr.includes(place.path('zdsock')));
    assert.is((await place.zd('-C app.conf status')).status, 0);
  }
});

test('an unknown column is refused with the nearest name', async () => {
  const { stderr, status } = await makePlace().zd('list -o nam');
  assert.equal([status, stderr], [2, "zd: unknown column 'nam' after -o; did you mean 'name'?\n"]);
  assert.is((await makePlace().zd('list --sort=-memory')).status, 2);
});

test('zdaemon does not know -n', async () => {
  assert.match((await makePlace().zdaemon('-n x status')).stderr, /^Error: option -n not recognized/);
});

test.skipIf(ptyMissing, 'on a terminal no line is wider than the screen', async () => {
  const place = makePlace();
  place.configure({ program: "sh -c 'exit 3'", name: 'broken' });
  assert.is((await place.zd('-C app.conf start')).status, 1);
  const terminal = openTerminal(process.execPath, [bin, '-C', 'app.conf', 'list'], {
    cwd: place.folder,
    columns: 40,
    env: { LC_ALL: 'C.UTF-8' },
  });
  await terminal.waitFor('broken');
  await terminal.exit;
  const lines = terminal.screen().trimEnd().split('\n');
  assert.equal(lines.slice(2), ['not shown in 40 columns: RESTARTS, CPU,', 'MEM; -o chooses']);
  for (const line of lines) assert.ok([...line].length <= 40, line);
  assert.match(lines[1] ?? '', /^✗ broken +failed/);
});

test.skipIf(needsRoot, 'root sees the daemons of all users, and a user only its own', async () => {
  const mine = await begin(`${NAME}-r`);
  const theirs = makePlace();
  theirs.configure({ program: 'sleep 1000', name: `${NAME}-u` });
  give(theirs.folder, STRANGER);
  give(theirs.path('app.conf'), STRANGER);
  const zd = (words: string[]) => theirs.exec(asUser(STRANGER, [process.execPath, bin, ...words]));
  assert.is((await zd(['-C', 'app.conf', 'start'])).status, 0);
  assert.ok(findLine(await listAll(), `${NAME}-u`));
  const seen = (
    await theirs.exec([
      'sh',
      '-c',
      'cd / && exec "$@"',
      'sh',
      ...asUser(STRANGER, [process.execPath, bin, 'list']),
    ])
  ).stdout;
  assert.ok(findLine(seen, `${NAME}-u`));
  assert.is(findLine(seen, `${NAME}-r`), null);
  assert.is((await mine.zd('-C app.conf status')).status, 0);
});

test.run();
