import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { background, time } from './commands';
import { isZombie, type Many, waitUntil } from './many-run';

/** The supervisors of many programs that are installed; pm2 if `ZD_BENCH_PM2` names it. */
export function manyPeers(): Many[] {
  const { PATH = '', ZD_BENCH_PM2 } = process.env;
  const isOnPath = (name: string) => PATH.split(delimiter).some(folder => existsSync(join(folder, name)));
  return [...(isOnPath('supervisord') ? [supervisor] : []), ...(ZD_BENCH_PM2 ? [pm2(ZD_BENCH_PM2)] : [])];
}

const supervisor: Many = {
  name: 'supervisor',
  setUp(folder, programs) {
    const file = join(folder, 'supervisord.conf');
    const lines = [
      `[supervisord]\nnodaemon=true\nlogfile=${folder}/log\npidfile=${folder}/pid\nchildlogdir=${folder}\n`,
      `[unix_http_server]\nfile=${folder}/sock\n`,
      '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n',
      `[supervisorctl]\nserverurl=unix://${folder}/sock\n`,
      ...programs.map(
        (words, index) =>
          `[program:app${index}]\ncommand=${words.map(word => `"${word}"`).join(' ')}\nstartsecs=0\n` +
          'stdout_logfile=NONE\nstderr_logfile=NONE\n',
      ),
    ];
    writeFileSync(file, lines.join('\n'));
    let pid = 0;
    return {
      begin() {
        pid = background(['supervisord', '-c', file], folder).pid ?? 0;
      },
      list: ['supervisorctl', '-c', file, 'status'],
      pids: () => [pid],
      end() {
        process.kill(pid, 'SIGTERM');
        waitUntil('the end of supervisord', () => !existsSync(`/proc/${pid}`) || isZombie(pid));
      },
    };
  },
};

function pm2(command: string): Many {
  return {
    name: 'pm2',
    setUp(folder, programs) {
      const apps = programs.map(([script, ...args], index) => ({
        name: `app${index}`,
        script,
        args,
        interpreter: 'none',
        out_file: '/dev/null',
        error_file: '/dev/null',
      }));
      writeFileSync(join(folder, 'apps.json'), JSON.stringify({ apps }));
      const call = (...words: string[]) => ['env', `PM2_HOME=${folder}/.pm2`, command, ...words];
      return {
        begin: () => void time(call('start', 'apps.json'), folder),
        list: call('list'),
        pids: () => [Number(readFileSync(join(folder, '.pm2/pm2.pid'), 'utf8'))],
        end: () => void time(call('kill'), folder),
      };
    },
  };
}
