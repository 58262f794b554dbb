import { existsSync, readdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* Loggers of the system as transcript-program. */

const test = suite('loggers');
test.after.each(clearPlaces);

const LINES = 5000;
const text = Array.from({ length: LINES }, (_, at) => `line ${at + 1}\n`).join('');

/** Runs a program that writes lines and is restarted once, and stops it. */
async function run(place: Place, command: string): Promise<void> {
  place.write('write.sh', `#!/bin/sh\nseq -f 'line %.0f' ${LINES}\necho >done\nexec sleep 1000\n`, 0o755);
  place.configure({
    program: './write.sh',
    directory: place.folder,
    'transcript-program': command,
    'transcript-buffer': '32mb',
  });
  pidIn(await place.zd('-C app.conf start'));
  await until(30, 'the lines', () => place.read('done') !== '');
  const { status, stderr } = await place.zd('-C app.conf stop');
  assert.equal([status, stderr], [0, '']);
}

for (const [tool, command, folder] of [
  ['s6-log', 's6-log n5 s100000 ./logs', 'logs'],
  ['multilog', 'multilog s100000 n5 ./logs', 'logs'],
] as const)
  test.skipIf(missing(tool), `${tool} has every line when stop returns`, async () => {
    const place = makePlace();
    await run(place, command);
    const files = readdirSync(place.path(folder)).filter(name => name.startsWith('@') || name === 'current');
    assert.is(
      files
        .sort()
        .map(name => place.read(`${folder}/${name}`))
        .join(''),
      text,
    );
  });

test.skipIf(missing('logger'), 'logger passes every line on to syslog', async () => {
  const place = makePlace();
  place.write('syslog.py', SYSLOG);
  const server = place.launch(['python3', 'syslog.py']);
  await until(30, 'the socket', () => readdirSync(place.folder).includes('log'));
  await run(place, `logger -t app -u ${place.path('log')} --socket-errors=on`);
  await until(30, 'the last line', () => place.read('messages').includes(`: line ${LINES}\n`));
  const messages = place.read('messages').trimEnd().split('\n');
  assert.is(messages.map(message => message.replace(/^<13>.* app: /, '')).join('\n'), text.trimEnd());
  server.child.kill();
  await server.done;
});

/** Appends what it gets to a file. */
const SYSLOG = `import os, socket
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind('log.new')
os.rename('log.new', 'log')
out = open('messages', 'ab', 0)
while True:
    out.write(server.recv(65536).rstrip(b'\\n\\0') + b'\\n')
`;

function missing(tool: string): string | false {
  const found = (process.env.PATH ?? '').split(':').some(folder => existsSync(`${folder}/${tool}`));
  return !found && `needs ${tool}`;
}

test.run();
