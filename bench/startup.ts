import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareWithNode, inFolder, runZd, time, zd } from './commands';
import { type Figure, type Subject, summarize } from './figure';

const FLOOR = '× node -e 0';

/** The cost of a command to its caller, as a multiple of starting bare Node. */
export const startup: Subject = {
  name: 'commands',
  measure: quick => inFolder(folder => measure(folder, quick ? 7 : 31)),
};

function measure(cwd: string, runs: number): Figure[] {
  const program = ['-p', 'sleep 1000'];
  const figure = (
    name: string,
    most: number,
    result: { value: number; spread: [number, number] },
  ): Figure => ({
    name,
    who: 'zd',
    ...result,
    unit: 'ratio',
    floor: FLOOR,
    promise: { kind: 'at most', value: most },
  });

  runZd(cwd, ...program, 'start');
  const status = compareWithNode({ runs, cwd, subject: [...zd, 'status'] });
  const configured = compareWithNode({ runs, cwd, subject: [...zd, ...program, '-b', '20', 'status'] });
  runZd(cwd, 'stop');

  const instant = [...program, '--start-seconds', '0'];
  const stopQuietly = () => void runZd(cwd, 'stop');
  const start = compareWithNode({ runs, cwd, subject: [...zd, ...instant, 'start'], after: stopQuietly });
  const startQuietly = () => void runZd(cwd, ...instant, 'start');
  const stop = compareWithNode({ runs, cwd, subject: [...zd, 'stop'], before: startQuietly });

  return [
    figure('status', 1.12, status),
    { ...figure('status with flags', 1.12, configured), promise: null },
    figure('start beyond start-seconds', 2.3, start),
    figure('stop', 1.25, stop),
    compareAuto(cwd, Math.ceil(runs / 3)),
    measureChain(cwd, runs),
  ];
}

/** Whether the default of `start-seconds` delays a program that waits at once. */
function compareAuto(cwd: string, runs: number): Figure {
  const start = (seconds: string) => {
    const taken = time([...zd, '-p', 'sleep 1000', '--start-seconds', seconds, 'start'], cwd);
    runZd(cwd, 'stop');
    return taken;
  };
  const ratios = Array.from({ length: runs }, () => {
    const fixed = start('0.25');
    return start('auto') / fixed;
  });
  return {
    name: 'start of sleep, start-seconds auto',
    who: 'zd',
    ...summarize(ratios),
    unit: 'ratio',
    floor: '× start-seconds 0.25',
    promise: { kind: 'at most', value: 1.1 },
  };
}

/** What everything that the program's process is given first adds to a start; as root, with what only root can use. */
function measureChain(cwd: string, runs: number): Figure {
  const plain = '[runner]\nprogram = sleep 1000\nstart-seconds = 0\n';
  const chain =
    'limits = nofile 64:128, core 0, cpu 1h\nnice = 19\nionice = idle\ncpu-affinity = 0-63\n' +
    'oom-score-adjust = 500\nno-new-privileges = on\nargv0 = bench\nlock-file = lock\n' +
    (process.getuid?.() === 0 ? 'chroot = /\ngroup = 65534\nsupplementary-groups = none\n' : '');
  writeFileSync(join(cwd, 'plain.ini'), plain);
  writeFileSync(join(cwd, 'chain.ini'), plain + chain);
  const start = (file: string) => {
    const taken = time([...zd, '-C', file, 'start'], cwd);
    runZd(cwd, '-C', file, 'stop');
    return taken;
  };
  const added = Array.from({ length: runs }, () => {
    const without = start('plain.ini');
    return (start('chain.ini') - without) * 1000;
  });
  return {
    name: 'the whole chain, added to a start',
    who: 'zd',
    ...summarize(added),
    unit: 'ms',
    floor: null,
    // A difference of a few runs says nothing on a busy machine.
    promise: runs < 30 ? null : { kind: 'at most', value: 12 },
  };
}
