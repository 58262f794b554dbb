import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { background, compareWithNode, inFolder, time } from './commands';
import type { Figure, Subject } from './figure';

/** Another supervisor, controlled by its own commands; commands that it does not have are omitted. */
interface Peer {
  name: string;
  /** Commands that must be on PATH. */
  needs: string[];
  /** Writes its files and starts its daemon; returns the commands to measure, and the clean-up. */
  setUp(folder: string): { status: string[]; start?: string[]; stop?: string[]; tearDown(): void };
}

/** The same three commands of the installed peers; none of them is required. */
export const peers: Subject = {
  name: 'peers',
  measure: async quick => {
    const figures: Figure[] = [];
    for (const peer of [...known, ...fromVariables()]) {
      if (peer.needs.every(isOnPath))
        figures.push(...(await inFolder(folder => compare(peer, folder, quick ? 5 : 15))));
    }
    return figures;
  },
};

function compare(peer: Peer, cwd: string, runs: number): Figure[] {
  const { status, start, stop, tearDown } = peer.setUp(cwd);
  const figure = (name: string, subject: string[], before?: () => void, after?: () => void): Figure => {
    const result = compareWithNode({
      runs,
      cwd,
      subject,
      ...(before && { before }),
      ...(after && { after }),
    });
    return { name, who: peer.name, ...result, unit: 'ratio', floor: '× node -e 0', promise: null };
  };
  try {
    const figures = [figure('status', status)];
    if (start && stop) {
      figures.push(figure('start', start, undefined, () => void time(stop, cwd)));
      figures.push(figure('stop', stop, () => void time(start, cwd)));
    }
    return figures;
  } finally {
    tearDown();
  }
}

const known: Peer[] = [
  {
    name: 'supervisor',
    needs: ['supervisord', 'supervisorctl'],
    setUp(folder) {
      const file = join(folder, 'supervisord.conf');
      const lines = [
        `[supervisord]\nnodaemon=true\nlogfile=${folder}/log\npidfile=${folder}/pid\n`,
        `[unix_http_server]\nfile=${folder}/sock\n`,
        '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n',
        `[supervisorctl]\nserverurl=unix://${folder}/sock\n`,
        '[program:app]\ncommand=sleep 1000\nautostart=false\nstartsecs=0\n',
      ];
      writeFileSync(file, lines.join('\n'));
      const daemon = background(['supervisord', '-c', file], folder);
      const control = (...words: string[]) => ['supervisorctl', '-c', file, ...words];
      waitFor(join(folder, 'sock'));
      time(control('status'), folder);
      return {
        status: control('status'),
        start: control('start', 'app'),
        stop: control('stop', 'app'),
        tearDown: () => void daemon.kill('SIGTERM'),
      };
    },
  },
  {
    name: 'runit',
    needs: ['runsv', 'sv'],
    setUp(folder) {
      const service = makeService(folder);
      const daemon = background(['runsv', service], folder);
      waitFor(join(service, 'supervise', 'ok'));
      return {
        status: ['sv', 'status', service],
        start: ['sv', 'start', service],
        stop: ['sv', 'stop', service],
        tearDown() {
          time(['sv', 'exit', service], folder);
          daemon.kill('SIGTERM');
        },
      };
    },
  },
  {
    name: 's6',
    needs: ['s6-supervise', 's6-svc', 's6-svstat'],
    setUp(folder) {
      const service = makeService(folder);
      const daemon = background(['s6-supervise', service], folder);
      waitFor(join(service, 'supervise', 'status'));
      return {
        status: ['s6-svstat', service],
        start: ['s6-svc', '-uwu', service],
        stop: ['s6-svc', '-dwd', service],
        tearDown() {
          time(['s6-svc', '-dx', service], folder);
          daemon.unref();
        },
      };
    },
  },
  {
    name: 'daemontools',
    needs: ['supervise', 'svc', 'svstat'],
    setUp(folder) {
      const service = makeService(folder);
      const daemon = background(['supervise', service], folder);
      waitFor(join(service, 'supervise', 'status'));
      return {
        status: ['svstat', service],
        tearDown() {
          time(['svc', '-dx', service], folder);
          daemon.unref();
        },
      };
    },
  },
];

/** pm2 and a Python zdaemon, if these variables name them. */
function fromVariables(): Peer[] {
  const { ZD_BENCH_PM2, ZD_BENCH_ZDAEMON } = process.env;
  const found: Peer[] = [];
  if (ZD_BENCH_PM2) {
    found.push({
      name: 'pm2',
      needs: [],
      setUp(folder) {
        process.env.PM2_HOME = folder;
        time([ZD_BENCH_PM2, 'start', 'sleep', '--name', 'app', '--', '1000'], folder);
        return {
          status: [ZD_BENCH_PM2, 'list'],
          start: [ZD_BENCH_PM2, 'start', 'app'],
          stop: [ZD_BENCH_PM2, 'stop', 'app'],
          tearDown: () => void time([ZD_BENCH_PM2, 'kill'], folder),
        };
      },
    });
  }
  if (ZD_BENCH_ZDAEMON) {
    const call = (word: string) => [ZD_BENCH_ZDAEMON, '-p', 'sleep 1000', word];
    found.push({
      name: 'zdaemon',
      needs: [],
      setUp(folder) {
        time(call('start'), folder);
        const tearDown = () => void time(call('stop'), folder);
        return { status: call('status'), start: call('start'), stop: call('stop'), tearDown };
      },
    });
  }
  return found;
}

function makeService(folder: string): string {
  const service = join(folder, 'service');
  mkdirSync(service);
  writeFileSync(join(service, 'run'), '#!/bin/sh\nexec sleep 1000\n');
  writeFileSync(join(service, 'down'), '');
  chmodSync(join(service, 'run'), 0o755);
  return service;
}

function waitFor(path: string): void {
  for (let polls = 0; polls < 500 && !existsSync(path); polls++) time(['sleep', '0.01'], '/');
}

function isOnPath(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, name)));
}
