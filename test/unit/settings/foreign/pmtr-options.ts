import * as assert from 'uvu/assert';
import { interpretPmtr } from '../../../../src/settings/foreign/pmtr/read';
import { entriesOf, lineOf, refusesWith, variablesOf } from '../../../helpers/foreign';
import { suite } from '../../../runner/guard';

const test = suite('the options of pmtr');

test('out and err go to two files, to one, or to nowhere', () => {
  const two = entriesOfJob('out o', 'err e');
  assert.equal([two.transcript, two['stderr-transcript'], two['transcript-mode']], ['o', 'e', '644']);
  const one = entriesOfJob('out o', 'err o');
  assert.equal([one.transcript, one['stderr-transcript']], ['o', undefined]);
  assert.is(entriesOfJob('out o')['stderr-transcript'], '/dev/null');
  assert.is(entriesOfJob('err e').transcript, undefined);
  assert.is(entriesOfJob('out /dev/stdout').transcript, undefined);
});

test('the word syslog sends the output through logger(1)', () => {
  const both = entriesOfJob('cmd /bin/app', 'out syslog', 'err syslog');
  assert.is(both['transcript-program'], 'logger -p daemon.info -t app');
  assert.is(both['stderr-transcript'], undefined);
  assert.is(entriesOfJob('out syslog')['stderr-transcript'], '/dev/null');
  assert.ok(job('out o', 'err syslog').report.some(({ losesBehaviour }) => losesBehaviour));
});

test('paths have no special characters', () => {
  const entries = entriesOfJob('dir ~x', 'in control', 'out ~o', 'err $HOME/e');
  assert.equal(
    [entries.directory, entries.stdin, entries.transcript, entries['stderr-transcript']],
    ['./~x', './control', './~o', './$HOME/e'],
  );
});

test('variables are exact, and the last value counts', () => {
  const { programs, report } = job('env A=1', 'env A="b=c', 'env B=', 'env =x');
  assert.equal(variablesOf(programs[0]!), { A: '"b=c', B: '' });
  assert.is(lineOf(report, 'env =x').verdict, 'dropped');
  refuses(/^f:3: env must be NAME=VALUE/, 'job {', 'name x', 'env A', '}');
});

test('limits are soft and hard, by letter or name, in a block too', () => {
  assert.is(
    entriesOfJob('ulimit -n 30', 'ulimit {', '-c infinity', 'RLIMIT_CPU 5', '}', 'ulimit -n 40').limits,
    'nofile 40, core unlimited, cpu 5',
  );
  refuses(/^f:3: ulimit -n must be a number/, 'job {', 'name x', 'ulimit -n infinity', '}');
  refuses(/^f:3: there is no ulimit '-x'/, 'job {', 'name x', 'ulimit -x 1', '}');
  refuses(/^f:3: there is no ulimit 'constructor'/, 'job {', 'name x', 'ulimit constructor 1', '}');
  refuses(/^f:3: the value of a ulimit must be a number/, 'job {', 'name x', 'ulimit -c x', '}');
  assert.is(entriesOfJob('ulimit -c 3000000000').limits, 'core 3000000000');
  assert.is(lineOf(job('ulimit -c 3000000000').report, 'ulimit').verdict, 'changed');
});

test('cpu is a list or a mask, and lines add up', () => {
  assert.is(entriesOfJob('cpu 0x1d')['cpu-affinity'], '0,2,3,4');
  assert.is(entriesOfJob('cpu 0,2-4', 'cpu 6')['cpu-affinity'], '0,2,3,4,6');
  refuses(/^f:3: cpu must be/, 'job {', 'name x', 'cpu 2-2', '}');
});

test('bounce every is restart-every', () => {
  assert.is(entriesOfJob('bounce every 12h')['restart-every'], '12h');
  assert.is(entriesOfJob('bounce every 1.5h')['restart-every'], '1h');
  assert.is(entriesOfJob('bounce every 0s')['restart-every'], undefined);
  refuses(/^f:3: bounce every must have the unit/, 'job {', 'name x', 'bounce every 12w', '}');
});

test('depends is restart-on-change', () => {
  assert.is(entriesOfJob('depends {', 'a', '/b', '}')['restart-on-change'], 'a, /b');
  assert.ok(job('depends {', 'a,b', '}').report.some(({ losesBehaviour }) => losesBehaviour));
});

test('disable keeps a job down', () => {
  assert.is(entriesOfJob('disable').disable, 'on');
});

test('jobs start after those of a lower order, and after those that are waited for', () => {
  const { programs, report } = read(
    ...['job {', 'name late', 'order 1', '}'],
    ...['job {', 'name first', '}'],
    ...['job {', 'name setup', 'wait', 'once', '}'],
    ...['job {', 'name off', 'disable', 'wait', '}'],
    ...['job {', 'name second', '}'],
  );
  const after = Object.fromEntries(programs.map(one => [one.name, entriesOf(one).after]));
  assert.equal(after, {
    late: '?first, ?setup, ?second',
    first: undefined,
    setup: undefined,
    off: undefined,
    second: '?setup',
  });
  assert.not.ok(report.some(({ losesBehaviour }) => losesBehaviour));
});

test('a job that runs once without wait holds nobody up, and what is before it still comes first', () => {
  const { programs } = read(
    ...['job {', 'name second', 'once', 'order 2', '}'],
    ...['job {', 'name first', 'order 1', '}'],
    ...['job {', 'name third', 'order 3', '}'],
  );
  const after = Object.fromEntries(programs.map(one => [one.name, entriesOf(one).after]));
  assert.equal(after, { first: undefined, second: '?first', third: '?first' });
});

test('wait without once is not the same in zd, and said to be', () => {
  const { report } = job('wait');
  assert.ok(lineOf(report, 'wait').losesBehaviour);
});

test('report to and listen on are telemetry', () => {
  const { telemetry, report } = read(
    'report to udp://10.0.0.1:5678@eth0',
    'listen on udp://:99',
    'listen on udp://h:1',
  );
  assert.equal(telemetry, {
    reportTo: [{ host: '10.0.0.1', port: 5678, interface: 'eth0' }],
    listenOn: [{ host: '127.0.0.1', port: 99 }],
  });
  assert.is(report.at(-1)?.verdict, 'dropped');
  refuses(/^f:1: the address must be udp:/, 'report to 10.0.0.1:5');
  assert.is(read('').telemetry, undefined);
});

function read(...lines: string[]) {
  return interpretPmtr(`${lines.join('\n')}\n`, 'f');
}

function job(...lines: string[]) {
  const command = lines.some(line => line.startsWith('cmd ')) ? [] : ['cmd /bin/x'];
  return read('job {', 'name x', ...command, ...lines, '}');
}

function entriesOfJob(...lines: string[]) {
  return entriesOf(job(...lines).programs[0]!);
}

function refuses(message: RegExp, ...lines: string[]): void {
  refusesWith(message, () => read(...lines));
}

test.run();
