import { cpus } from 'node:os';
import * as assert from 'uvu/assert';
import { isRecognized, readAs, refusalOf } from '../../../helpers/read-as';
import { suite } from '../../../runner/guard';

const test = suite('ecosystem files of pm2');

type Options = Parameters<typeof readAs>[2];

/** One app `x`, each of whose keys has a line, from 2 on; `script` is the last. */
function app(keys: Record<string, unknown>, options: Options = {}, files: Record<string, string> = {}) {
  const lines = Object.entries({ ...keys, name: 'x' }).map(
    ([key, value]) => `${key}: ${JSON.stringify(value)},`,
  );
  const text = ['{ apps: [{', ...lines, 'script: "app.js" }] }', ''].join('\n');
  return readAs('pm2', { 'pm2.json': text, 'app.js': '', ...files }, options);
}
const setting = (key: string, keys: Record<string, unknown>) => app(keys).settings('x')[key];

test('without further keys, the defaults of pm2 count', () => {
  assert.equal(app({}).settings('x'), {
    program: 'node app.js',
    'exit-codes': '',
    attempts: '16',
    'backoff-first': '100ms',
    'backoff-factor': '1',
    'backoff-limit': '1s',
    'backoff-reset': '1s',
    'stop-signals': 'INT',
    'stop-timeout': '1600ms',
    'stop-scope': 'group',
  });
});

test('JSON can have comments, single quotes, keys without quotes and a comma at the end', () => {
  const text = `/* many\n lines */\n{ // one\n  apps: [{\n    'name': 'x', script: "a",\n  },],\n}\n`;
  const { names, report } = readAs('pm2', { 'pm2.json': text });
  assert.equal(names, ['x']);
  assert.equal(
    report.map(({ origin, text: line }) => `${origin} ${line}`),
    [
      'pm2.json:3 { // one',
      'pm2.json:4 apps: [{',
      'pm2.json:5 script: "a"',
      'pm2.json:5 name: "x"',
      'pm2.json:6 },],',
      'pm2.json:7 }',
    ],
  );
});

test('YAML says the same, with merged keys', () => {
  const text =
    'common: &c\n  autorestart: false\napps:\n  - name: x\n    <<: *c\n    script: a\n    env:\n      A: 1\n';
  const { settings, environment, verdict } = readAs('pm2', { 'pm2.yml': text });
  assert.is(settings('x').once, 'on');
  assert.equal(environment('x'), { A: '1' });
  assert.is(verdict('8'), 'taken');
  assert.match(verdict('2'), /^dropped: pm2 does not know it/);
});

test('a list of apps and a single one are files of pm2 as well', () => {
  assert.equal(readAs('pm2', { 'a.json': '[{ script: "a.js" }, { script: "b.js", name: "c" }]' }).names, [
    'a',
    'c',
  ]);
  assert.equal(readAs('pm2', { 'a.json': '{ script: "./dir/child.test.js" }' }).names, ['child.test']);
});

test('the ending of a script decides what runs it, and anything without one is run by node unless it is a binary', () => {
  const run = (script: string, content = 'text') =>
    readAs('pm2', { 'a.json': JSON.stringify({ script, name: 'x' }), [script]: content }).settings('x')
      .program;
  assert.is(run('a.sh'), 'bash a.sh');
  assert.is(run('a.rb'), 'ruby a.rb');
  assert.is(run('server'), 'node server');
  assert.is(run('server', 'ELF\0'), './server');
  assert.is(run('bin/server', 'ELF\0'), 'bin/server');
});

test('an interpreter with its arguments comes first, none is no interpreter', () => {
  assert.is(
    setting('program', { interpreter: 'deno', interpreter_args: 'run -A', args: ['a b', 2] }),
    "deno run -A app.js 'a b' 2",
  );
  assert.is(setting('program', { exec_interpreter: 'none' }), './app.js');
  const python = app({ interpreter: 'python3' });
  assert.equal(python.environment('x'), { PYTHONUNBUFFERED: '1' });
  assert.match(app({ interpreter: 'node@18.1.0' }).verdict('2'), /^changed!: node of PATH/);
});

test('arguments in one text are split as pm2 does it', () => {
  assert.is(setting('program', { args: `a --b='c d' "e f" ''` }), `node app.js a "--b='c d'" 'e f'`);
});

test('a script with a blank is a line for bash', () => {
  const { settings } = readAs('pm2', { 'a.json': `{ name: 'x', script: 'npm run start', args: 'z' }` });
  assert.is(settings('x').program, "bash -c 'npm run start'");
});

test('a script that is not in the folder is looked up in PATH', () => {
  const { settings } = readAs('pm2', {
    'a.json': `{ script: 'sh', args: ['-c', 'exit 3'], interpreter: 'none' }`,
  });
  assert.is(settings('sh').program, "sh -c 'exit 3'");
});

test('autorestart false, and max_restarts 0, are one run', () => {
  assert.is(setting('once', { autorestart: false }), 'on');
  assert.is(setting('once', { max_restarts: 0 }), 'on');
});

test('short runs are counted as in pm2, which never gives up if the pauses are long enough', () => {
  const counted = app({ max_restarts: 5, min_uptime: '10s', restart_delay: 500 }).settings('x');
  assert.equal(
    [counted.attempts, counted['backoff-first'], counted['backoff-reset'], counted.forever],
    ['5', '500ms', '10s', undefined],
  );
  const endless = app({ restart_delay: 3000 });
  assert.equal(
    [endless.settings('x').forever, endless.settings('x')['backoff-first'], endless.settings('x').attempts],
    ['on', '3s', undefined],
  );
  assert.match(app({ restart_delay: 500 }).verdict('2'), /^changed: there is no pause after a run/);
});

test('the pause of exp_backoff_restart_delay grows by half up to 15 s', () => {
  const settings = app({ exp_backoff_restart_delay: 100 }).settings('x');
  assert.equal(
    ['backoff-first', 'backoff-factor', 'backoff-limit', 'backoff-reset', 'forever'].map(
      key => settings[key],
    ),
    ['100ms', '1.5', '15s', '30s', 'on'],
  );
});

test('stop_exit_codes end a program, a number or a list', () => {
  assert.is(setting('exit-codes', { stop_exit_codes: [12, 42] }), '12,42');
  assert.is(setting('exit-codes', { stop_exit_codes: 0 }), '0');
});

test('kill_timeout is in milliseconds, and treekill off is the program alone', () => {
  const settings = app({ kill_timeout: 3000, treekill: false }).settings('x');
  assert.equal([settings['stop-timeout'], settings['stop-scope']], ['3s', undefined]);
  assert.match(app({ shutdown_with_message: true }).verdict('2'), /^dropped!: SIGINT/);
  assert.match(app({ wait_ready: true }).verdict('2'), /^dropped!: /);
});

test('instances in fork mode are copies, those of a cluster are one process', () => {
  const forked = app({ instances: 2, exec_mode: 'fork', out_file: 'o.log' });
  assert.equal([forked.settings('x').copies, forked.settings('x').transcript], ['2', `o-$\{copy}.log`]);
  const clustered = app({ instances: 2 });
  assert.not('copies' in clustered.settings('x'));
  assert.match(clustered.verdict('2'), /^changed!: one process runs/);
  assert.is(app({ instances: 1, exec_mode: 'cluster' }).verdict('2'), 'taken');
  const all = setting('copies', { instances: 'max', interpreter: 'python3' });
  assert.is(all, cpus().length === 1 ? undefined : String(cpus().length));
});

test('env counts, and env_NAME with --env NAME', () => {
  const keys = { env: { A: 1, B: { c: true }, N: null }, env_prod: { A: 'p' }, port: 8080 };
  const { environment, verdict } = app(keys);
  assert.equal(environment('x'), { A: '1', B: '{"c":true}', PORT: '8080' });
  assert.match(verdict('3'), /^dropped: it counts with --env prod/);
  assert.equal(app(keys, { variant: 'prod' }).environment('x').A, 'p');
  assert.match(
    refusalOf('pm2', { 'a.json': '{ script: "a", env_prod: {} }' }, { variant: 'prd' }),
    /no app has env_prd; did you mean 'prod'/,
  );
});

test('logs go to the files of the streams, or to one', () => {
  const two = app({ out: 'o.log', error: 'e.log' }).settings('x');
  assert.equal([two.transcript, two['stderr-transcript']], ['o.log', 'e.log']);
  assert.is(setting('transcript', { log_file: 'all.log' }), 'all.log');
  assert.match(app({ out_file: 'o.log', log_file: 'all.log' }).verdict('3'), /^dropped!: /);
  assert.not('transcript' in app({ out_file: 'o.log', disable_logs: true }).settings('x'));
  assert.is(setting('transcript-timestamps', { time: true }), 'iso');
  assert.match(app({ log_type: 'json' }).verdict('2'), /^dropped!: /);
});

test('max_memory_restart is a limit in bytes, K, M or G', () => {
  assert.is(setting('memory-limit', { max_memory_restart: '260M' }), '260mb');
  assert.is(setting('memory-limit', { max_memory_restart: 104857600 }), '104857600');
  assert.match(
    refusalOf('pm2', { 'a.json': '{ script: "a", max_memory_restart: "1.5G" }' }),
    /^a.json:1: max_memory_restart must be/,
  );
});

test('cron_restart is a schedule for a program that runs once, else an interval', () => {
  const job = app({ cron_restart: '*/5 * * * *', autorestart: false });
  assert.equal([job.settings('x')['run-at'], job.settings('x').once], ['*/5 * * * *', undefined]);
  const daily = app({ cron_restart: '0 3 * * *' });
  assert.is(daily.settings('x')['restart-every'], '1d');
  assert.match(daily.verdict('2'), /^changed!: /);
  assert.match(app({ cron_restart: '0 3 * * 1' }).verdict('2'), /^dropped!: /);
  assert.is(app({ cron_restart: 0 }).verdict('2'), 'taken');
});

test('watch restarts on changes, without what is ignored', () => {
  const files = { 'node_modules/a.js': '', 'lib/a.js': '', 'tmp/x': '' };
  const all = app({ watch: true, ignore_watch: ['tmp'] }, {}, files);
  assert.is(all.settings('x')['restart-on-change'], 'app.js, lib, pm2.json');
  assert.match(all.verdict('2'), /^changed: /);
  assert.is(setting('restart-on-change', { watch: true }), '.');
  assert.is(setting('restart-on-change', { watch: ['src', 'conf/*.yml'] }), 'src, conf');
  assert.not('restart-on-change' in app({ watch: false }).settings('x'));
  assert.match(app({ watch: ['src'], ignore_watch: ['src/tmp'] }).verdict('3'), /^dropped!: /);
});

test('user, group, folder, tag and autostart have counterparts', () => {
  const { settings } = app({ uid: 'www', gid: 'web', cwd: 'sub', namespace: 'bg jobs', autostart: false });
  const { user, group, directory, tags, autostart } = settings('x');
  assert.equal([user, group, directory, tags, autostart], ['www', 'web', 'sub', 'bg-jobs', 'off']);
});

test('filter_env takes inherited variables away', () => {
  assert.is(setting('clear-environment', { filter_env: true }), 'on');
  const { settings } = app({ filter_env: ['SECRET'] }, { env: { MY_SECRET: '1', HOME: '/' } });
  assert.is(settings('x')['unset-environment'], 'MY_SECRET');
});

test('keys work in camel case, and unknown ones are dropped without a loss', () => {
  assert.is(setting('stop-timeout', { killTimeout: 2000 }), '2s');
  assert.is(app({ colour: 'red' }).verdict('2'), 'dropped: pm2 does not know it either');
  assert.match(app({ vizion: false }).verdict('2'), /^dropped: /);
});

test('deploy and static beside the apps are dropped', () => {
  const text = '{ apps: [{ script: "a.js" }],\ndeploy: {\n x: 1 },\nstatic: [{ port: 1 }] }';
  const { verdict, skipped } = readAs('pm2', { 'a.json': text });
  assert.match(verdict('3'), /^dropped: zd does not deploy/);
  assert.match(verdict('4'), /^dropped!: /);
  assert.equal(skipped.length, 1);
});

test('a script is executed with --run-it only, and its exports have places', () => {
  const files = {
    'ecosystem.config.js':
      'console.log("noise");\nmodule.exports = { apps: [{ script: "a.js", name: "w-" + (1 + 1), foo: 1 }] };\nsetInterval(() => {}, 1000);\n',
  };
  assert.is(
    refusalOf('pm2', files),
    'cannot read ecosystem.config.js: it is a script: zd reads it only with --run-it, which executes it',
  );
  const { names, verdict } = readAs('pm2', files, { runsIt: true });
  assert.equal(names, ['w-2']);
  assert.is(verdict('ecosystem.config.js (apps[0].foo)'), 'dropped: pm2 does not know it either');
  assert.match(refusalOf('pm2', { 'a.config.js': 'throw new Error("no")' }, { runsIt: true }), /no/);
});

test('what pm2 refuses is refused with the line', () => {
  const refuse = (text: string, name = 'a.json') => refusalOf('pm2', { [name]: text });
  assert.match(refuse('{ apps: [\n{ name: "x" }] }'), /^a.json:2: script is missing/);
  assert.match(
    refuse('{ apps: [\n{ script: "a", kill_timeout: "soon" }] }'),
    /^a.json:2: kill_timeout must be a number/,
  );
  assert.match(refuse('{ apps: [ }'), /^a.json:1:11: /);
  assert.match(
    refuse('{ apps: [{ script: process.env.X }] }'),
    /^a.json:1:\d+: .*zd reads JSON5 and YAML only/,
  );
  assert.match(refuse('apps:\n  - script: "a\n', 'a.yml'), /^a.yml:\d+:\d+: /);
  assert.match(refuse('{ apps: [] }'), /^a.json: it has no apps/);
  assert.match(refuse('{ apps: ["a"] }'), /^a.json:1: an app must be an object/);
});

test('a file that is nested too deep, or contains itself, is refused', () => {
  assert.match(
    refusalOf('pm2', { 'a.json': `${'['.repeat(9000)}${']'.repeat(9000)}` }),
    /^a.json: it is nested too deep/,
  );
  assert.match(
    refusalOf('pm2', { 'a.yml': `${'['.repeat(200)}${']'.repeat(200)}` }),
    /^a.yml: it is nested too deep/,
  );
  assert.match(
    refusalOf('pm2', { 'a.yml': '&a { apps: [{ script: a, env: { A: *a } }] }' }),
    /^a.yml: a value contains itself/,
  );
  assert.match(refusalOf('pm2', { 'a.json': '['.repeat(9000) }), /^a.json/);
});

test('it is recognized by a list of apps with scripts, or by one script', () => {
  assert.ok(isRecognized('pm2', 'any.json', '{ "apps": [{ "script": "a.js" }] }'));
  assert.ok(isRecognized('pm2', 'any.yaml', 'apps:\n  - script: a.js\n'));
  assert.ok(isRecognized('pm2', 'process.json', '[{ "script": "a.js" }]'));
  assert.ok(isRecognized('pm2', 'any.json', '// one\n{ script: "a.js" }'));
  assert.ok(isRecognized('pm2', 'any.yml', '- script: a.js\n  name: a\n'));
  assert.ok(isRecognized('pm2', 'ecosystem.config.cjs', 'module.exports = { apps: [] }'));
  assert.not(isRecognized('pm2', 'webpack.config.js', 'module.exports = { entry: "a" }'));
  assert.not(isRecognized('pm2', 'ci.yml', 'test:\n  script:\n    - make\n'));
  assert.not(isRecognized('pm2', 'package.json', '{ "scripts": { "start": "x" } }'));
  assert.not(isRecognized('pm2', 'pycroraptor.json', '{ "SERVICES": { "a": { "command": "x" } } }'));
  assert.not(isRecognized('pm2', 'zd.conf', '[runner]\nprogram = apps: script: x\n'));
});

test.run();
