import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../../../src/settings/argv';
import { readFleet } from '../../../../src/settings/fleet/read-fleet';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

const test = suite('settings that follow from a valid foreign file');
const folder = makeTemporaryFolder();

/** Any of the values of each key, or no such key. */
const some = (values: Record<string, unknown[]>) =>
  fc.record(
    Object.fromEntries(Object.entries(values).map(([key, list]) => [key, fc.constantFrom(...list)])),
    { requiredKeys: [] },
  );

const apps = some({
  args: ['a "b c"', ['d', 1]],
  interpreter: ['none', 'python3', 'bash'],
  cwd: ['.', '/tmp'],
  env: [{ A: 1 }, {}],
  instances: [1, 2, 0, -1, 'max'],
  exec_mode: ['fork', 'cluster'],
  out_file: ['o.log', '/dev/null', 'NULL'],
  error_file: ['o.log', 'e.log'],
  log_file: ['l.log', true],
  pid_file: ['x.pid'],
  merge_logs: [true],
  time: [true, false],
  autorestart: [true, false],
  max_restarts: [0, 1, 5, 1e9],
  min_uptime: [0, 100, '5s', '2h'],
  restart_delay: [0, 1, 500, 60_000],
  exp_backoff_restart_delay: [0, 1, 100, 30_000],
  stop_exit_codes: [0, [1, 2]],
  kill_timeout: [0, 1, 5000],
  treekill: [true, false],
  cron_restart: ['0 3 * * *', '*/5 * * * *', '* * * * 1', 0],
  max_memory_restart: ['1K', '200M', 1e9],
  watch: [true, false, ['src', '*.js'], './conf'],
  ignore_watch: [['node_modules'], 'a/b'],
  filter_env: [true, ['PA'], 'HOME'],
  namespace: ['default', 'b g', '-'],
  autostart: [true, false],
});

const programs = some({
  numprocs: [0, 1, 2],
  autostart: ['true', 'false'],
  autorestart: ['true', 'false', 'unexpected'],
  startsecs: [0, 1, 60],
  startretries: [0, 3, 100],
  exitcodes: ['', '0', '0,2', '0,1,255'],
  stopsignal: ['TERM', 'KILL', '3', 'int'],
  stopwaitsecs: [0, 1, 1560],
  stopasgroup: ['true'],
  priority: [1, 999, 1000],
  directory: ['/tmp', '.'],
  umask: ['022', '0'],
  environment: ['A="b c",D=e', ''],
  stdout_logfile: ['AUTO', 'NONE', 'o.log', '/dev/stdout', 'syslog', '%(process_num)d.log'],
  stderr_logfile: ['AUTO', 'NONE', 'o.log', 'e.log', '/dev/stderr'],
  redirect_stderr: ['true', 'false'],
  stdout_logfile_maxbytes: [0, '1MB', '50MB'],
  stdout_logfile_backups: [0, 3],
  stdout_syslog: ['true', 'false'],
  stderr_syslog: ['true', 'false'],
});

function faultsOf(file: string, text: string): string[] {
  writeFileSync(join(folder, file), text);
  const fleet = readFleet({ argv: parseArguments(['-C', file]), cwd: folder });
  return fleet!.faulty.map(({ fault }) => fault);
}

test('are right together, for any apps of pm2', () => {
  fc.assert(
    fc.property(fc.array(apps, { minLength: 1, maxLength: 3 }), list => {
      const text = JSON.stringify({
        apps: list.map((app, index) => ({ ...app, name: `-app ${'abc'[index]}`, script: 'app.js' })),
      });
      assert.equal(faultsOf('ecosystem.json', text), []);
    }),
    { numRuns: 40 },
  );
});

test('are right together, for any programs of supervisord', () => {
  fc.assert(
    fc.property(fc.array(programs, { minLength: 1, maxLength: 3 }), fc.boolean(), (list, hasFolder) => {
      const sections = list.map((keys, index) => {
        const lines = Object.entries({ process_name: 'x%(process_num)s', ...keys }).map(
          ([key, value]) => `${key}=${value}\n`,
        );
        return `[program:p${index}]\ncommand=sleep 9\n${lines.join('')}`;
      });
      const head = `[supervisord]\n${hasFolder ? 'childlogdir=/tmp\n' : ''}`;
      assert.equal(faultsOf('supervisord.conf', `${head}${sections.join('')}[group:g]\nprograms=p0\n`), []);
    }),
    { numRuns: 40 },
  );
});

test.run();
