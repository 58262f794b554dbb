import { userInfo } from 'node:os';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Outcome, type Place } from '../../helpers/cli';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('files of supervisord, pm2 and foreman');
test.after.each(clearPlaces);

/** The structure of public files of their kinds, with harmless programs. */
function makeZd(files: Record<string, string>): { place: Place; zd(args: string): Promise<Outcome> } {
  const place = makePlace();
  for (const [name, text] of Object.entries(files)) place.write(name, text);
  return { place, zd: args => place.zd(args, { env: { ZD_STATE: place.path('state') } }) };
}

/** The state of each program. */
async function statesOf(
  zd: (args: string) => Promise<Outcome>,
  file: string,
): Promise<Record<string, string>> {
  const { stdout } = await zd(`-C ${file} --json ls`);
  const { programs } = JSON.parse(stdout) as { programs: { name: string; state: string }[] };
  return Object.fromEntries(programs.map(({ name, state }) => [name, state]));
}

async function assertStopped({ zd }: ReturnType<typeof makeZd>, file: string): Promise<void> {
  const { status, stderr } = await zd(`-C ${file} stop`);
  assert.is(status, 0, stderr);
}

test('a supervisord.conf of a container runs its programs', async () => {
  const user = userInfo().username;
  const streams =
    'stdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\nstderr_logfile=/dev/stderr\nstderr_logfile_maxbytes=0\n';
  const made = makeZd({
    'supervisord.conf':
      `[supervisord]\nnodaemon=true     ; in front\nlogfile=/var/log/s.log ; main log\nlogfile_maxbytes=50MB  ; size\nuser=${user}\n\n` +
      `[program:web]\ncommand=sh -c 'echo "serving; %(ENV_ZD_STATE)s"; exec sleep 1000'\nuser=${user}\n\nstdout_logfile=%(here)s/web.log\n\n` +
      `[program:consumer]\ncommand=sleep 1000\nuser=${user}\n\n${streams}\n` +
      '[program:worker]\ncommand=sleep 1000\nprocess_name=%(program_name)s_%(process_num)02d\nnumprocs=2\nautostart=false\n',
  });
  const { place, zd } = made;
  const started = await zd('-C supervisord.conf start');
  assert.is(started.status, 0, started.stderr);
  assert.equal(await statesOf(zd, 'supervisord.conf'), {
    web: 'running',
    consumer: 'running',
    'worker-1': 'down',
    'worker-2': 'down',
  });
  assert.is((await zd('-C supervisord.conf start worker')).status, 0);
  await until(10, 'the output', () => place.read('web.log') === `serving; ${place.path('state')}\n`);
  await assertStopped(made, 'supervisord.conf');
});

test('a supervisord.conf with the plugin for dependencies runs what the plugin would start', async () => {
  const made = makeZd({
    'supervisord.conf':
      '[supervisord]\nlogfile_maxbytes=1MB\nlogfile_backups=2\nnodaemon=true\n\n' +
      '[eventlistener:dependent-startup]\ncommand=python3 -m supervisord_dependent_startup\nautostart=true\nevents=PROCESS_STATE\n\n' +
      '[program:log]\ncommand=sleep 1000\npriority=1\nautostart=false\nautorestart=unexpected\ndependent_startup=true\n\n' +
      '[program:start]\ncommand=true\npriority=1\nautostart=true\nautorestart=false\nstartsecs=0\ndependent_startup=true\n' +
      'dependent_startup_wait_for=log:running\n\n' +
      '[program:agent]\ncommand=sleep 1000\npriority=4\nautostart=false\nautorestart=false\ndependent_startup=true\n' +
      'dependent_startup_wait_for=start:exited\n',
  });
  const started = await made.zd('-C supervisord.conf start');
  assert.is(started.status, 0, started.stderr);
  const { log, agent } = await statesOf(made.zd, 'supervisord.conf');
  assert.equal([log, agent], ['running', 'running']);
  await assertStopped(made, 'supervisord.conf');
});

test('a process.json of pm2 runs its apps with the variables of --env', async () => {
  const made = makeZd({
    'process.json': `/* two apps */
{
  apps : [{
    name      : 'HTTP API',
    script    : 'apps/http.js',
    args      : '--port 80',
    ignore_watch : ['node_modules'],
    out_file  : 'http.log',
    kill_timeout : 5000,
    env : { NODE_ENV : 'normal' },
    env_production : { NODE_ENV : 'production' }
  }, {
    name      : 'Checks',
    script    : 'apps/checks.sh',
    autorestart : false
  }]
}
`,
    'apps/http.js':
      'console.log(process.argv.slice(2), process.env.NODE_ENV); setInterval(() => {}, 1000);\n',
    'apps/checks.sh': 'exec sleep 1000\n',
  });
  const { place, zd } = made;
  const started = await zd('-C process.json --env production start');
  assert.is(started.status, 0, started.stderr);
  assert.equal(await statesOf(zd, 'process.json'), { 'HTTP-API': 'running', Checks: 'running' });
  await until(10, 'the output', () => place.read('http.log') === "[ '--port', '80' ] production\n");
  await assertStopped(made, 'process.json');
});

test('a Procfile runs its processes, and release by name only', async () => {
  const made = makeZd({
    Procfile:
      'web: echo "$NAME on $PORT" > web.txt; exec sleep 1000\n# more\nworker: sleep 1000\nrelease: touch released\n',
    '.env': 'NAME="the web"\n',
  });
  const { place, zd } = made;
  const started = await zd('-C Procfile start');
  assert.is(started.status, 0, started.stderr);
  const { web, worker, release } = await statesOf(zd, 'Procfile');
  assert.equal([web, worker, release], ['running', 'running', 'down']);
  await until(10, 'the file', () => place.read('web.txt') === 'the web on 5000\n');
  await zd('-C Procfile start release');
  await until(10, 'the release', () => place.read('released') === '');
  await assertStopped(made, 'Procfile');
});

test('a script of pm2 is refused without --run-it, and a file that is cut off with its line or without programs', async () => {
  const { zd } = makeZd({
    'ecosystem.config.js':
      'module.exports = { apps: [{ script: "sleep", interpreter: "none", args: "1000" }] };\n',
    'cut.json': '{ "apps": [\n{ "script": "a',
    'cut.conf': '[supervisord]\nnodaemon=tr',
  });
  const refused = await zd('-C ecosystem.config.js status');
  assert.is(refused.status, 2);
  assert.match(
    refused.stderr,
    /^zd: cannot read ecosystem.config.js: .* only with --run-it, which executes it\n$/,
  );
  assert.is((await zd('-C ecosystem.config.js --run-it status')).status, 3);
  const cut = await zd('-C cut.json --format pm2 check');
  assert.equal([cut.status, cut.stderr.split('\n').length], [2, 2]);
  assert.match(cut.stderr, /^zd: cut.json:2:\d+: /);
  assert.is((await zd('-C cut.conf check')).stderr, 'zd: cut.conf has no programs\n');
});

test.run();
