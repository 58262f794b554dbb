import { readdirSync, statSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, fixture, longPauses, makePlace, type Place, pidIn } from '../../helpers/cli';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* A manager of zd, driven in zdaemon's wire format by a short Python script. */

const test = suite('socket protocol');
test.after.each(clearPlaces);

async function ask(place: Place, bytes: string, ...more: string[]): Promise<string> {
  const words = ['python3', fixture('ask.py'), place.path('zdsock'), ...more];
  const { status, stdout, stderr } = await place.exec(words, { input: bytes });
  assert.equal([status, stderr], [0, '']);
  return stdout;
}

async function startSleep(runner: Record<string, string> = {}) {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', ...runner });
  const pid = pidIn(await place.zd('-C app.conf start'));
  const { managerPid } = await place.report();
  return { place, pid, managerPid };
}

test('status: the keys in order, with values as Python writes them', async () => {
  const { place, pid, managerPid } = await startSleep({ 'backoff-limit': '7' });
  const reply = await ask(place, 'status\n');
  const pattern = `^status=running
now=(\\d+\\.\\d+)
should_be_up=1
delay=0
backoff=0
lasttime=(\\d+\\.\\d+)
application=${pid}
testing=0
manager=${managerPid}
backofflimit=7
filename='/.*/sleep'
args=\\['sleep', '1000'\\]
$`;
  const [, now, last] = new RegExp(pattern).exec(reply) ?? [];
  assert.ok(now && last, reply);
  assert.ok(Math.abs(Number(now) - Date.now() / 1000) < 60);
  assert.ok(Number(last) <= Number(now));
});

test('the args of status are a Python literal whatever is in them', async () => {
  const place = makePlace();
  const words = ["it's", '"', 'a b', 'ü€😀', '\\n', 'tab\there', '\u0007'];
  await place.zd(['-p', fixture('printargs.sh'), 'start', ...words]);
  const script = `import ast, re, sys
text = sys.stdin.read()
args = ast.literal_eval(re.search(r"^args=(.*)$", text, re.M).group(1))
assert args[1:] == sys.argv[1:], args`;
  const input = await ask(place, 'status\n');
  const { status, stderr } = await place.exec(['python3', '-c', script, ...words], { input });
  assert.equal([status, stderr], [0, '']);
});

test('start, restart and stop', async () => {
  const { place, pid, managerPid } = await startSleep();
  assert.is(await ask(place, 'start\n'), 'Application already started\n');
  assert.is(await ask(place, 'restart\n'), 'Sent SIGTERM; will restart later\n');
  await until(30, 'another program', async () => {
    const report = await place.report();
    return report.pid !== null && report.pid !== pid;
  });
  assert.is(await ask(place, 'stop\n'), 'Sent SIGTERM\n');
  await waitForEnd(managerPid);
});

test('start and restart while the program is down', async () => {
  for (const command of ['start', 'restart']) {
    const { place, pid } = await startSleep({ 'hang-around': 'on', 'exit-codes': '-1' });
    process.kill(pid, 'SIGKILL');
    await until(30, 'the end', async () => (await place.report()).pid === null);
    assert.is(await ask(place, 'stop\n'), 'Application already stopped\n');
    assert.is(await ask(place, 'kill\n'), 'Application not running\n');
    assert.match(await ask(place, 'status\n'), /^status=stopped\n(.*\n){5}application=0\n/);
    assert.is(await ask(place, `${command}\n`), 'Application started\n');
    await until(30, 'the start', async () => (await place.report()).pid !== null);
  }
});

test('delay and backoff before the next attempt; stop cancels it', async () => {
  const place = makePlace({ env: longPauses });
  place.configure({ program: fixture('crash.sh'), forever: 'on', 'start-seconds': '10' });
  await place.zd('-C app.conf start');
  const { managerPid } = await place.report();
  const reply = await ask(place, 'status\n');
  assert.match(
    reply,
    /^status=stopped\nnow=[\d.]+\nshould_be_up=1\ndelay=\d+\.\d+\nbackoff=1\nlasttime=[\d.]+\napplication=0\n/,
  );
  const [now = 0, delay = 0, since = 0] = ['now', 'delay', 'lasttime'].map(key =>
    Number(new RegExp(`^${key}=(.*)$`, 'm').exec(reply)?.[1]),
  );
  assert.ok(delay > since && delay - now <= 1, reply);
  assert.is(await ask(place, 'stop\n'), 'Sent SIGTERM\n');
  await waitForEnd(managerPid);
});

test('kill accepts only numbers', async () => {
  const { place, pid } = await startSleep({ 'exit-codes': '-1' });
  assert.is(await ask(place, 'kill 0\n'), 'Signal 0 sent\n');
  assert.is(await ask(place, 'kill 18\n'), 'Signal 18 sent\n');
  assert.is(await ask(place, 'kill CONT\n'), "Bad signal 'CONT'\n");
  assert.match(await ask(place, 'kill 1000\n'), /^Kill 1000 failed: ./);
  assert.ok(isAlive(pid));
  assert.is(await ask(place, 'kill\n'), 'Signal 15 sent\n');
  await waitForEnd(pid);
});

test('reopen_transcript has an empty reply', async () => {
  const { place } = await startSleep({ transcript: 'log' });
  await place.exec(['mv', 'log', 'old']);
  assert.is(await ask(place, 'reopen_transcript\n'), '');
  assert.is((await place.exec(['ls'])).stdout, 'app.conf\nlog\nold\nzdsock\n');
});

test('invalid requests get the matching error', async () => {
  const { place } = await startSleep();
  assert.is(await ask(place, '\n'), 'Empty command\n');
  assert.is(await ask(place, '  \t \n'), 'Empty command\n');
  assert.is(await ask(place, 'bogus x\n'), "Unknown command 'bogus'; 'help' for a list\n");
  assert.is(await ask(place, 'Status\n'), "Unknown command 'Status'; 'help' for a list\n");
  assert.is(await ask(place, ''), 'Command not terminated by newline\n');
  assert.is(await ask(place, 'status'), 'Command not terminated by newline\n');
  assert.is(await ask(place, 'x'.repeat(10_001)), 'Command exceeds 10 KB\n');
  assert.match(await ask(place, `status ${'x'.repeat(9000)}\n`), /^status=running\n/);
  assert.match(await ask(place, 'help\n'), 'reopen_transcript');
});

test('extra words, and anything after the newline, do not matter', async () => {
  const { place } = await startSleep();
  for (const bytes of ['  status  \n', 'status extra words\n', 'status\nstop\n', 'status\r\n']) {
    assert.match(await ask(place, bytes), /^status=running\n(.*\n){11}$/);
  }
  assert.match(await ask(place, 'status\n', 'keep'), /^status=running\n/);
});

test('exit stops the program and the manager', async () => {
  const { place, pid, managerPid } = await startSleep({ 'hang-around': 'on' });
  assert.is(await ask(place, 'exit\n'), 'Sent SIGTERM; will exit later\n');
  await waitForEnd(managerPid);
  assert.not.ok(isAlive(pid));
});

test('only the owner can use the socket, and binding leaves no temporary files', async () => {
  const { place } = await startSleep();
  assert.is(statSync(place.path('zdsock')).mode & 0o777, 0o600);
  assert.equal(readdirSync(place.folder).sort(), ['.zdsock.zd', 'app.conf', 'zdsock']);
});

test('two hundred simultaneous requests are all answered', async () => {
  const { place, pid } = await startSleep();
  const script = `import socket, sys, threading
def ask():
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(sys.argv[1]); s.sendall(b"status\\n")
        text = b""
        while data := s.recv(4096): text += data
        replies.append(b"application=${pid}" in text)
replies = []
threads = [threading.Thread(target=ask) for _ in range(200)]
for t in threads: t.start()
for t in threads: t.join()
print(replies.count(True))`;
  const { stdout, stderr } = await place.exec(['python3', '-c', script, place.path('zdsock')]);
  assert.equal([stdout, stderr], ['200\n', '']);
});

test.run();
