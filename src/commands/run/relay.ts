import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { findKeeperPerl } from '../../protocol/keeper/command';
import { hasSyscalls, writeRelayScript } from '../../protocol/keeper/script';
import { RELAY_COMMANDS, RELAY_SAYS } from '../../protocol/keeper/script-relay';
import { closeForeignDescriptors } from '../../system/descriptors';
import { systemError } from '../../system/run/system-error';
import { parseSignal } from '../../system/signals';
import { type ExactProgram, packProgram, withUmask } from './exact-program';

/** What is heard of a program on another terminal. */
export interface RelayListener {
  started(pid: number): void;
  /** The program cannot be executed, or there is no terminal; the system's error. */
  failed(error: Error): void;
  /** The program has exited. @param status 128 + n when signal n killed it; null when its terminal has been killed */
  ended(status: number | null): void;
}

/** Whether a program can have another terminal, in place of the caller's. */
export function canRelay(): boolean {
  const isTerminal = [process.stdin, process.stdout, process.stderr].every(({ isTTY }) => isTTY);
  return isTerminal && hasSyscalls(process.arch) && findKeeperPerl(process.env.PATH) !== null;
}

/**
 * Runs a program on a terminal of its own, which the caller's stands in front of: it passes on every key, and has the
 * same size. See `RELAY`.
 *
 * @param output gets what the program writes
 * @returns what sends it a signal
 */
export function startOnTerminal(
  program: ExactProgram,
  output: number,
  listener: RelayListener,
): (signal: NodeJS.Signals) => void {
  const perl = findKeeperPerl(process.env.PATH);
  if (perl === null || !hasSyscalls(process.arch)) throw new Error('perl was there a moment ago');
  const script = writeRelayScript(process.arch);
  closeForeignDescriptors();
  const relay = withUmask(program, () =>
    spawn(perl, ['-e', script], {
      stdio: ['inherit', 'inherit', 'inherit', 'pipe', output],
      env: { PATH: process.env.PATH },
      ...(program.directory === null ? {} : { cwd: program.directory }),
    }),
  );
  const wire = relay.stdio[3] as Duplex;
  const tell = (word: string, ...numbers: number[]) => wire.write(`${[word, ...numbers].join(' ')}\n`);
  const resize = () => tell(RELAY_COMMANDS.resize, process.stdout.rows, process.stdout.columns);
  const resume = () => setRaw(true);
  const begin = () => {
    setRaw(true);
    process.on('SIGCONT', resume);
    process.stdout.on('resize', resize);
    tell(RELAY_COMMANDS.begin);
  };
  let text = '';
  wire
    .on('error', () => {})
    .on('data', chunk => {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      for (const [word, number] of lines.map(line => line.split(' '))) {
        if (word === RELAY_SAYS.ready) begin();
        if (word === RELAY_SAYS.pid) listener.started(Number(number));
        if (word === RELAY_SAYS.failed) listener.failed(systemError(Number(number), 'execve'));
      }
    });
  relay.once('error', listener.failed);
  relay.once('exit', code => {
    process.off('SIGCONT', resume);
    process.stdout.off('resize', resize);
    setRaw(false);
    listener.ended(code);
  });
  wire.write(packProgram(program));
  return signal => tell(RELAY_COMMANDS.signal, parseSignal(signal) ?? 0);
}

function setRaw(isRaw: boolean): void {
  try {
    process.stdin.setRawMode(isRaw);
  } catch {
    // The terminal is gone.
  }
}
