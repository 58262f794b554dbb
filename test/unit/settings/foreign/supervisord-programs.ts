import * as assert from 'uvu/assert';
import { readAs, refusalOf } from '../../../helpers/read-as';
import { suite } from '../../../runner/guard';

const test = suite('programs of supervisord');

const read = (...lines: string[]) => readAs('supervisord', { f: [...lines, ''].join('\n') });
/** A program `x` whose lines begin at 3. */
const program = (...lines: string[]) => read('[program:x]', 'command=sleep 9', ...lines);

test('without further lines, the defaults of supervisord count', () => {
  assert.equal(program().settings('x'), {
    program: 'sleep 9',
    'start-seconds': '1',
    'exit-codes': '0',
    attempts: '4',
    'backoff-limit': '3',
    'backoff-reset': '1',
    'stop-timeout': '10s',
  });
});

test('autorestart true restarts after every end, unexpected after all but exitcodes', () => {
  assert.is(program('autorestart=true', 'exitcodes=0,2').settings('x')['exit-codes'], '');
  assert.is(program('autorestart=unexpected', 'exitcodes=0,2').settings('x')['exit-codes'], '0,2');
});

test('autorestart false is one run, and an early end that would be tried again is a loss', () => {
  const { settings, verdict } = program('autorestart=false');
  assert.is(settings('x').once, 'on');
  assert.not('attempts' in settings('x'));
  assert.match(verdict('3'), /^changed!: an end within startsecs/);
  assert.is(program('autorestart=false', 'startsecs=0').verdict('3'), 'taken');
});

test('startretries are the attempts after the first', () => {
  const { attempts, 'backoff-limit': limit } = program('startretries=0').settings('x');
  assert.equal([attempts, limit], ['1', '1']);
});

test('signal, time and group of a stop are those of the file', () => {
  const settings = program('stopsignal=SIGQUIT', 'stopwaitsecs=1560', 'stopasgroup=true').settings('x');
  assert.equal(
    [settings['stop-signals'], settings['stop-timeout'], settings['stop-scope']],
    ['SIGQUIT', '1560s', 'group'],
  );
  assert.match(program('killasgroup=false').verdict('3'), /^changed: /);
  assert.match(
    refusalOf('supervisord', { f: '[program:x]\ncommand=a\nstopasgroup=true\nkillasgroup=false\n' }),
    /^f:4: killasgroup/,
  );
});

test('both streams go to their files, or to one', () => {
  const two = program('stdout_logfile=/l/out', 'stderr_logfile=/l/err').settings('x');
  assert.equal([two.transcript, two['stderr-transcript']], ['/l/out', '/l/err']);
  const joined = program('stdout_logfile=/l/out', 'stderr_logfile=/l/err', 'redirect_stderr=true');
  assert.not('stderr-transcript' in joined.settings('x'));
  assert.match(joined.verdict('4'), /^dropped: redirect_stderr/);
  const same = program('stdout_logfile=/l/out', 'stderr_logfile=/l/out').settings('x');
  assert.not('stderr-transcript' in same);
});

test('without a file for standard error it goes to the transcript; NONE drops it', () => {
  assert.match(program('stdout_logfile=/l/out').verdict('3'), /^changed: standard error/);
  assert.is(
    program('stdout_logfile=/l/out', 'stderr_logfile=NONE').settings('x')['stderr-transcript'],
    '/dev/null',
  );
});

test('a relative file starts in the folder of the configuration, not in directory', () => {
  const { settings, folder } = program('stdout_logfile=out.log', 'directory=/tmp');
  assert.is(settings('x').transcript, `${folder}/out.log`);
});

test("the output of supervisord itself is what 'zd up' shows", () => {
  const { settings, verdict } = program(
    'stdout_logfile=/dev/stdout',
    'stdout_logfile_maxbytes=0',
    'stderr_logfile=/dev/fd/2',
  );
  assert.not('transcript' in settings('x'));
  assert.match(verdict('3'), /^changed: 'zd up' shows it/);
  assert.match(verdict('4'), /^dropped: there is no file/);
});

test('AUTO is a file only where childlogdir is set', () => {
  assert.match(program('stdout_logfile=AUTO').verdict('3'), /^changed: no temporary file/);
  const { settings } = read(
    '[supervisord]',
    'childlogdir=/l',
    '[program:x]',
    'command=a',
    'redirect_stderr=true',
  );
  assert.is(settings('x').transcript, '/l/x-stdout.log');
});

test('size and number of old files count, and no old file is one', () => {
  const one = program(
    'stdout_logfile=/l/o',
    'stdout_logfile_maxbytes=20MB',
    'stdout_logfile_backups=3',
  ).settings('x');
  assert.equal([one['transcript-rotate-size'], one['transcript-keep']], ['20mb', '3']);
  const none = program('stdout_logfile=/l/o', 'stdout_logfile_backups=0');
  assert.equal(
    [none.settings('x')['transcript-rotate-size'], none.settings('x')['transcript-keep']],
    ['50mb', '1'],
  );
  assert.match(none.verdict('4'), /^changed: one old file is kept/);
  assert.not(
    'transcript-rotate-size' in program('stdout_logfile=/l/o', 'stdout_logfile_maxbytes=0').settings('x'),
  );
});

test('syslog is a logger beside the files', () => {
  const { settings, verdict } = program('stdout_syslog=true', 'stderr_syslog=true');
  assert.is(settings('x')['transcript-program'], 'logger -t x');
  assert.match(verdict('3'), /^changed: /);
  assert.match(program('stderr_syslog=true').verdict('3'), /^dropped!: /);
});

test('[supervisord] sets user, folder, umask and variables of programs without their own', () => {
  const { settings, environment, verdict } = read(
    '[supervisord]',
    'user=nobody',
    'umask=077',
    'environment=A=1,B=2',
    'minfds=4096',
    'nodaemon=true',
    '[program:x]',
    'command=a %(ENV_A)s',
    'user=root',
    'environment=B=3',
  );
  const { user, umask, limits, program: words } = settings('x');
  assert.equal([user, umask, limits, words], ['root', '077', 'nofile 4096:', 'a 1']);
  assert.equal(environment('x'), { A: '1', B: '3' });
  assert.match(verdict('6'), /^dropped: /);
  assert.match(verdict('9'), /^changed: HOME/);
});

test('numprocs makes copies, whose files have the number of the copy', () => {
  const { names, settings, verdict } = program(
    'numprocs=3',
    'process_name=%(program_name)s_%(process_num)02d',
    'stdout_logfile=/l/%(program_name)s-%(process_num)d.log',
    'stderr_logfile=/l/err.log',
  );
  assert.equal(names, ['x']);
  const { copies, transcript, 'stderr-transcript': errors } = settings('x');
  assert.equal([copies, transcript, errors], ['3', `/l/x-$\{copy}.log`, `/l/err-$\{copy}.log`]);
  assert.match(verdict('4'), /^changed: the copies are called x-1/);
});

test('a command with the number makes a program of each process, with the tag of all', () => {
  const { names, settings } = read(
    '[program:tornado]',
    'command=serve 98%(process_num)02d',
    'process_name=port-98%(process_num)02d',
    'numprocs=2',
    'numprocs_start=1',
  );
  assert.equal(names, ['port-9801', 'port-9802']);
  assert.is(settings('port-9802').program, 'serve 9802');
  assert.is(settings('port-9802').tags, 'tornado');
});

test('several processes need names that differ', () => {
  assert.match(refusalOf('supervisord', { f: '[program:x]\ncommand=a\nnumprocs=2\n' }), /^f:3: numprocs/);
});

test('groups are tags, and unknown members are refused', () => {
  const { settings } = program('[group:all]', 'programs=x');
  assert.is(settings('x').tags, 'all');
  assert.match(
    refusalOf('supervisord', { f: '[group:g]\nprograms=a\n' }),
    /^f:2: programs of \[group:g\] names 'a'/,
  );
});

test('priorities are an order without a need, level by level', () => {
  const { settings, verdict } = read(
    ...['[program:last]', 'command=a'],
    ...['[program:db]', 'command=a', 'priority=1'],
    ...['[program:web]', 'command=a', 'priority=4'],
    ...['[program:job]', 'command=a', 'priority=4'],
  );
  assert.not('after' in settings('db'));
  assert.is(settings('web').after, '?db');
  assert.is(settings('last').after, '?web, ?job');
  assert.match(verdict('8'), /^changed: it waits/);
  assert.not('after' in program().settings('x'));
});

test('the plugin dependent-startup becomes after', () => {
  const { settings, skipped, verdict } = read(
    ...[
      '[eventlistener:dependent-startup]',
      'command=python3 -m supervisord_dependent_startup',
      'events=PROCESS_STATE',
    ],
    ...['[program:log]', 'command=a', 'autostart=false', 'dependent_startup=true', 'priority=1'],
    ...['[program:snmp]', 'command=a', 'autostart=false', 'dependent_startup=true'],
    'dependent_startup_wait_for=log:running',
    ...['[program:by-hand]', 'command=a', 'autostart=false'],
  );
  assert.is(settings('snmp').after, 'log');
  assert.not('autostart' in settings('snmp'));
  assert.is(settings('by-hand').autostart, 'off');
  assert.equal(skipped, [{ name: 'dependent-startup', reason: "the setting 'after' does its work" }]);
  assert.match(verdict('2'), /^dropped: /);
});

test('what waits until a program with autorestart=false runs does not wait for its end', () => {
  const { settings } = read(
    ...['[program:log]', 'command=a', 'autorestart=false', 'dependent_startup=true'],
    ...['[program:setup]', 'command=a', 'autorestart=false', 'dependent_startup=true'],
    ...['[program:web]', 'command=a', 'dependent_startup_wait_for=log:running setup:exited'],
  );
  assert.is(settings('web').after, 'log, setup');
  assert.not('once' in settings('log'));
  assert.match(settings('log')['exit-codes'] ?? '', /^-1,0,1,.*,255$/);
  assert.is(settings('setup').once, 'on');
});

test('by priority, nothing comes after a program with autorestart=false, and all after those before it', () => {
  const { settings } = read(
    ...['[program:db]', 'command=a', 'priority=1'],
    ...['[program:setup]', 'command=a', 'priority=2', 'autorestart=false'],
    ...['[program:web]', 'command=a', 'priority=3'],
  );
  assert.equal([settings('setup').after, settings('web').after], ['?db', '?db']);
});

test('sections and keys can have the names of what every object of JavaScript has', () => {
  const { skipped, verdict } = program('[__proto__]', 'constructor=1', '[toString:y]', '[eventlistener]');
  assert.equal(
    skipped.map(({ name }) => name),
    ['eventlistener'],
  );
  for (const line of ['3', '4', '5'])
    assert.is(verdict(line), 'dropped: supervisord does not know it either', line);
});

test('event listeners and FastCGI programs are left out, which is a loss', () => {
  const { names, skipped, verdict } = program(
    '[eventlistener:mail]',
    'command=m',
    'events=TICK_5',
    '[fcgi-program:f]',
    'command=f',
  );
  assert.equal(names, ['x']);
  assert.equal(
    skipped.map(({ name }) => name),
    ['mail', 'f'],
  );
  for (const line of ['3', '4', '5', '6', '7']) assert.match(verdict(line), /^dropped!: /, line);
});

test('what supervisord itself does not know is dropped, and no loss', () => {
  assert.is(program('colour=red').verdict('3'), 'dropped: supervisord does not know it either');
  assert.match(
    program('[inet_http_server]', 'port=9001').verdict('4'),
    /^dropped: each program has a socket/,
  );
});

test.run();
