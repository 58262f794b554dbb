import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { attachWords, canHaveKeeper, findKeeperPerl } from '../../protocol/keeper/command';
import { FrameReader, packFrame, TO_KEEPER, TO_MANAGER } from '../../protocol/keeper/wire';
import { systemClock } from '../../system/clock';
import { describeReason } from '../../system/errors';
import type { Finding } from './finding';

/** Seconds. */
const TRIAL_LIMIT = 10;
const LOSS =
  'without a keeper, the manager is the parent of the program: while it is dead, nothing supervises the program, and how it exits is lost';

/** Checks whether the program gets a keeper as its parent, by running one. */
export async function examineKeeper(): Promise<Finding> {
  const refuse = (text: string, remedy?: string): Finding => ({
    subject: 'keeper',
    verdict: 'warning',
    text: `${text}; ${LOSS}`,
    ...(remedy === undefined ? {} : { remedy }),
  });
  if (!canHaveKeeper(true))
    return refuse(`there is none for ${process.platform} on ${process.arch}; Linux on x64 and arm64 has it`);
  const perl = findKeeperPerl(process.env.PATH);
  if (perl === null)
    return refuse('it needs perl on PATH and /proc', 'install the package perl, mount /proc');
  const problem = await tryKeeper(perl);
  if (problem !== null) return refuse(`${perl} cannot run it: ${problem}`, 'install the package perl');
  return { subject: 'keeper', verdict: 'ok', text: `the program's parent is a small process of ${perl}` };
}

/**
 * Runs a keeper until it answers.
 *
 * @param perl its file
 * @returns what went wrong, or null
 */
export function tryKeeper(perl: string): Promise<string | null> {
  const [file, ...words] = attachWords(perl, { daemon: 'a trial', openFiles: null, ownSession: true }) as [
    string,
    ...string[],
  ];
  return new Promise(resolve => {
    const child = spawn(file, words, {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: {},
      detached: true,
    });
    const wire = child.stdio[3] as import('node:net').Socket;
    const reader = new FrameReader();
    let complaint = '';
    let answer: string | null | undefined;
    const cancel = systemClock.after(TRIAL_LIMIT, () => child.kill('SIGKILL'));
    child.once('error', error => resolve(describeReason(error)));
    (child.stdio[2] as Readable).setEncoding('utf8').on('data', text => {
      complaint += text;
    });
    wire.on('error', () => {});
    wire.on('data', bytes => {
      const [word] = reader.read(bytes)[0] ?? [];
      if (word === undefined) return;
      answer = word.toString() === TO_MANAGER.welcome ? null : 'it answered something else';
      wire.end(packFrame([TO_KEEPER.leave, 1]));
    });
    child.once('close', status => {
      cancel();
      const silence = complaint.trim().split('\n')[0] || `it exited with status ${status} and did not answer`;
      resolve(answer === undefined ? silence : answer);
    });
  });
}
