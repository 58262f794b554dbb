import { chmodSync, existsSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Outcome, type Place } from '../../helpers/cli';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('files of the older systems');
test.after.each(clearPlaces);

interface World {
  place: Place;
  zd(args: string | string[]): Promise<Outcome>;
}

function makeWorld(): World {
  const place = makePlace();
  return { place, zd: args => place.zd(args, { env: { ZD_STATE: place.path('state') } }) };
}

test('pmtr: jobs start in their order, after the end of the one that is waited for', async () => {
  const { place, zd } = makeWorld();
  const job = (name: string, command: string, ...lines: string[]) =>
    [
      'job {',
      `  name ${name}`,
      `  cmd /bin/sh -c "${command}"`,
      ...lines.map(line => `  ${line}`),
      '}',
      '',
    ].join('\n');
  place.write(
    'pmtr.conf',
    job('web', `echo web >>${place.path('order')}; exec sleep 1000`, 'order 2', `out ${place.path('out')}`) +
      job(
        'db',
        `echo db >>${place.path('order')}; echo up; exec sleep 1000`,
        `out ${place.path('db.out')}`,
        'env A=b',
      ) +
      job('setup', `sleep 0.3; echo setup >>${place.path('order')}`, 'order -1', 'wait', 'once') +
      job('off', 'exec sleep 1000', 'disable'),
  );
  const started = await zd('-C pmtr.conf start');
  assert.is(started.status, 0, started.stderr);
  await until(10, 'the output', () => place.read('order').split('\n').length > 3);
  assert.is(place.read('order'), 'setup\ndb\nweb\n');
  const { stdout } = await zd('-C pmtr.conf list -o NAME,STATE');
  assert.equal(
    stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map(line => line.split(/ +/).slice(0, 2)),
    [
      ['web', 'running'],
      ['db', 'running'],
      ['setup', 'done'],
      ['off', 'disabled'],
    ],
  );
  assert.is((await zd('-C pmtr.conf start off')).status, 2);
  assert.is((await zd('-C pmtr.conf stop')).status, 0);
  await until(10, 'the output', () => place.read('db.out') === 'up\n');
});

test('perp: active services run with reset and logger; flag.down, flag.once and the sticky bit decide', async () => {
  const { place, zd } = makeWorld();
  const service = (name: string, files: Record<string, string>) => {
    for (const [file, text] of Object.entries(files)) place.write(`perp/${name}/${file}`, text, 0o755);
    chmodSync(place.path(`perp/${name}`), 0o1755);
  };
  service('hellod', {
    'rc.main':
      '#!/bin/sh\nexec 2>&1\ncase $1 in\nstart) echo "hello from $2 in $PERP_BASE"; exec sleep 1000;;\n' +
      'reset) echo "$* $PERP_SVSECS" >reset.out;;\nesac\n',
    'rc.log': '#!/bin/sh\nexec cat >>log.out\n',
  });
  service('down', { 'rc.main': '#!/bin/sh\ntest "$1" = start && exec sleep 1000\n', 'flag.down': '' });
  service('once', { 'rc.main': '#!/bin/sh\necho "$*" >>calls\nexit 3\n', 'flag.once': '' });
  place.write('perp/idle/rc.main', '#!/bin/sh\n', 0o755);
  const started = await zd('-C perp start');
  assert.is(started.status, 0, started.stderr);
  await until(
    10,
    'the output',
    () => existsSync(place.path('perp/hellod/log.out')) && place.read('perp/hellod/log.out') !== '',
  );
  assert.is(place.read('perp/hellod/log.out'), `hello from hellod in ${place.path('perp')}\n`);
  await until(10, 'the output', () => place.read('perp/once/calls') === 'start once\nreset once exit 3\n');
  const { stdout } = await zd('-C perp list');
  assert.match(stdout, /^down +down .*\nhellod +running .*\nonce +ended .*\nidle +skipped .*sticky bit/m);
  assert.is((await zd('-C perp start down')).status, 0);
  assert.is((await zd('-C perp stop')).status, 0);
  assert.match(place.read('perp/hellod/reset.out'), /^reset hellod signal 15 SIGTERM \d+\n$/);
});

test('pycroraptor2: the group startup is started, and each service can be sent input', async () => {
  const { place, zd } = makeWorld();
  place.write('logs/.keep', '');
  const services = {
    calculator: { command: `sh -c 'while read -r a b; do echo $((a + b)); done'` },
    nohup: { command: 'nohup cat' },
    source: { command: `sh -c 'echo 7; exec sleep 1000'`, stdout: place.path('fifo') },
    sink: { command: `sh -c 'read -r n; echo "got $n"; exec sleep 1000'`, stdin: place.path('fifo') },
  };
  const config = {
    LOG_DIR: place.path('logs'),
    SERVICES: services,
    GROUPS: { startup: ['calculator', 'nohup'] },
  };
  place.write('pycroraptor.json', JSON.stringify(config, null, 4));
  assert.is((await place.exec(['mkfifo', place.path('fifo')])).status, 0);
  const started = await zd('-C pycroraptor.json start');
  assert.is(started.status, 0, started.stderr);
  assert.match(started.stdout, /^(calculator|nohup): .*\n(calculator|nohup): .*\n$/);
  assert.is((await zd('-C pycroraptor.json send calculator 3 4')).status, 0);
  await until(10, 'the output', () => /^\S+ 7$/m.test(place.read('logs/calculator_latest.txt')));
  assert.is((await zd('-C pycroraptor.json start sink source')).status, 0);
  await until(10, 'the output', () => /^\S+ got 7$/m.test(place.read('logs/sink_latest.txt')));
  assert.is((await zd('-C pycroraptor.json stop')).status, 0);
});

test('atomservice: rounds run again and again, and a changed list counts from the next one', async () => {
  const { place, zd } = makeWorld();
  place.write('one.sh', `#!/bin/sh\necho one >>${place.path('out')}\nexit 1\n`, 0o755);
  const write = (word: string) =>
    place.write(
      'demo.py',
      [
        "NAME = 'demo'",
        `LOGFOLDER = '${place.folder}'`,
        'PROC_INTERVAL = 0',
        'POLL_INTERVAL = 0.1',
        "here = os.path.abspath('.') + '/'",
        'PROC_LIST = []',
        "PROC_LIST.append( AtomExe('one', here + 'one.sh', []) )",
        `PROC_LIST.append( AtomExe('two', 'echo', ['${word}', '>>', here + 'out']) )`,
        '',
      ].join('\n'),
    );
  write('two');
  const started = await zd('-C demo.py start');
  assert.is(started.status, 0, started.stderr);
  await until(
    10,
    'the output',
    () => existsSync(place.path('out')) && place.read('out').startsWith('one\ntwo\none\ntwo\n'),
  );
  write('three');
  await until(10, 'the output', () => place.read('out').includes('three'));
  assert.is((await zd('-C demo.py stop --after-step')).status, 0);
  assert.match(place.read('demo.log'), /^[\d:T-]+ - root - INFO - daemon manager started$/m);
});

test('show config prints zd’s own INI and what became of each line; what was lost makes the status 1', async () => {
  const { place, zd } = makeWorld();
  place.write('pmtr.conf', 'job {\n  name a\n  cmd /bin/sleep 1000\n  bogus 1\n}\n');
  const good = await zd('-C pmtr.conf show config');
  assert.is(good.status, 0);
  assert.match(good.stdout, /^\[program:a\]\nprogram = \/bin\/sleep 1000 bogus 1\n/);
  assert.match(
    good.stderr,
    /^pmtr\.conf:4: changed 'bogus 1': pmtr reads it as further words of cmd in line 3$/m,
  );
  place.write('zd.ini', good.stdout);
  const again = await zd('-C zd.ini show config');
  assert.equal(again.stdout.split('\n').sort(), good.stdout.split('\n').sort());

  place.write(
    'pmtr.conf',
    'report to udp://127.0.0.1:9\njob {\n  name a\n  cmd /bin/sleep 1000\n  wait\n}\n',
  );
  const lost = await zd('-C pmtr.conf show config');
  assert.is(lost.status, 1);
  assert.match(lost.stderr, /^pmtr\.conf:1: dropped 'report to/m);
  assert.is((await zd('-C pmtr.conf show config --lenient --format ini')).status, 0);
  const started = await zd('-C pmtr.conf start');
  assert.match(
    started.stderr,
    /^zd: note: pmtr\.conf:5: changed 'wait': .*'zd show config' lists what differs$/m,
  );
  await zd('-C pmtr.conf stop');
});

test.run();
