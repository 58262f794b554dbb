import { readFileSync, readlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { commandOf, type Place, pidIn, statusOf } from '../../../helpers/cli';
import { openDescriptors } from '../../../helpers/processes';
import { waitForFile } from '../../../helpers/within';
import { type Behaviour, start, startScript } from './behaviour';

/** Watches its output for "the reader has gone", as event loops and `tail -f` do. */
export const WATCHES_OUTPUT = `import os, select, time
for i in range(400):
    os.write(1, b"n%d\\n" % i)
    if select.select([1], [], [], 0)[0]: os._exit(141)
    time.sleep(0.001)
os.write(1, b"all\\n")
time.sleep(1000)
`;

/** Ignores and blocks what it is told, and executes the rest of its words. */
const WITH_SIGNALS = `import os, signal, sys
for number in map(int, sys.argv[1].split(",")): signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGTERM, 40])
os.execvp(sys.argv[2], sys.argv[2:])
`;

/** What a program is given: its words, environment, folder, descriptors and signals, or why it is not run. */
export const surroundings: Behaviour[] = [
  {
    title: 'words, folder, umask and environment are what the configuration says',
    async check(place) {
      place.write('conf/.keep', '');
      place.configure(
        { program: 'sleep 1000', directory: place.path('conf'), umask: '027', transcript: place.path('log') },
        '<environment>\n  LABEL a b\n</environment>\n',
      );
      const pid = pidIn(await place.zd('-C app.conf start', { env: { OTHER: 'caf\u00e9' } }));
      assert.is(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), 'sleep\x001000\0');
      assert.is(readlinkSync(`/proc/${pid}/cwd`), place.path('conf'));
      assert.is(statusOf(pid, 'Umask'), '0027');
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      for (const one of ['LABEL=a b', 'OTHER=caf\u00e9']) assert.ok(variables.includes(one), one);
      assert.not(variables.some(one => one.startsWith('ZD_KEEPER')));
    },
  },
  {
    title: 'the program has a session and a group of its own, and descriptors 0 to 2',
    async check(place) {
      const pid = await start(place, 'sleep 1000');
      assert.equal([statusOf(pid, 'NSsid'), statusOf(pid, 'NSpgid')], [`${pid}`, `${pid}`]);
      const open = openDescriptors(pid);
      assert.equal([...open.keys()], [0, 1, 2]);
      assert.is(open.get(0), '/dev/null');
      assert.is(open.get(1), open.get(2));
    },
  },
  {
    title: 'standard output shows the program what a pipe shows',
    async check(place) {
      await startScript(place, WATCHES_OUTPUT, { forever: 'on' });
      const isOver = (text: string) => text.endsWith('all\n') || text.split('n0\n').length > 2;
      assert.is((await waitForFile(place.path('log'), isOver)).split('\n').length, 402);
    },
  },
  {
    title: 'standard output can only be written to',
    async check(place) {
      const pid = await start(place, 'sleep 1000');
      const flags = /^flags:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/1`, 'utf8'))?.[1] ?? '';
      assert.is(Number.parseInt(flags, 8) & 3, 1);
    },
  },
  {
    title: 'signals with a name have their default effect, and none is blocked',
    check: place => checkSignals(place, '1,2,3,13,10,12,17'),
  },
  {
    title: 'signals without a name have their default effect, too',
    check: place => checkSignals(place, '1,34,40,64'),
  },
  {
    title: 'a program that is missing is reported',
    check: place => checkRefusal(place, './missing', /cannot start app: can't stat program/),
  },
  {
    title: 'a program that is not executable is reported',
    async check(place) {
      place.write('plain', '#!/bin/sh\n', 0o644);
      await checkRefusal(place, './plain', /cannot start app: no permission to run program/);
    },
  },
  {
    title: 'a script whose interpreter is missing is reported',
    async check(place) {
      place.write('script', '#!/no/such/interpreter\n', 0o755);
      await checkRefusal(
        place,
        './script',
        /cannot start app: its interpreter \/no\/such\/interpreter is missing/,
      );
    },
  },
  {
    title: 'a text without an interpreter line is run by a shell',
    async check(place) {
      place.write('text', 'echo hello $1; exec sleep 1000\n', 0o755);
      assert.is((await place.zd(['-t', 'log', '-p', './text world', 'start'])).status, 0);
      await waitForFile(place.path('log'), text => text === 'hello world\n');
    },
  },
];

async function checkSignals(place: Place, ignored: string): Promise<void> {
  place.configure({ program: 'sleep 1000', transcript: 'log' });
  place.write('with-signals.py', WITH_SIGNALS);
  const words = ['python3', 'with-signals.py', ignored, ...commandOf('zd'), '-C', 'app.conf', 'start'];
  const pid = pidIn(await place.exec(words));
  for (const name of ['SigIgn', 'SigBlk', 'SigCgt']) assert.is(BigInt(`0x${statusOf(pid, name)}`), 0n, name);
}

async function checkRefusal(place: Place, program: string, expected: RegExp): Promise<void> {
  place.configure({ program, directory: place.folder, transcript: 'log' });
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.is(status, 1);
  assert.match(stderr, expected);
  assert.is((await place.zd('status')).status, 3);
}
