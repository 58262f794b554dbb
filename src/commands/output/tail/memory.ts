import type { OutputParams, OutputReply } from '../../../protocol/messages';
import { TailOutput } from './output';
import type { TailOptions } from './tail';

const NEWLINE = 0x0a;

export interface MemoryTailOptions
  extends Pick<TailOptions, 'follow' | 'raw' | 'write' | 'signal' | 'caughtUp'> {
  lines: number;
  /** Asks the manager; null if there is none any more. */
  ask(params: OutputParams): Promise<OutputReply | null>;
}

/**
 * Prints the last lines of the output that a manager has in memory and, if asked, what follows. The manager answers when
 * there is more, so the client polls nothing.
 *
 * @returns when everything is printed; with `follow` when the signal aborts or the manager has exited
 * @throws what `ask` and `write` throw
 */
export async function tailMemory(options: MemoryTailOptions): Promise<void> {
  const { ask, lines, follow, signal } = options;
  const output = new TailOutput(options);
  let reply = await ask({});
  if (reply) await output.write(cutToLines(Buffer.from(reply.bytes, 'base64'), lines));
  options.caughtUp?.();
  while (follow && reply && !signal.aborted) {
    const { managerPid, to }: OutputReply = reply;
    reply = await ask({ after: to, wait: true });
    if (!reply) {
      await output.notice('==> The manager has exited <==');
      break;
    }
    // Another manager counts anew, and has only what came since it began.
    const missed = reply.managerPid === managerPid ? reply.from - to : 0;
    if (missed > 0) await output.notice(`==> ${missed} bytes were not read in time <==`);
    await output.write(Buffer.from(reply.bytes, 'base64'));
  }
  await output.flush();
}

/** The last lines; a last line without a newline counts as a line. */
export function cutToLines(bytes: Buffer, lines: number): Buffer {
  if (lines <= 0) return bytes.subarray(bytes.length);
  let at = bytes.at(-1) === NEWLINE ? bytes.length - 1 : bytes.length;
  for (let count = 0; count < lines; count += 1) {
    at = at > 0 ? bytes.lastIndexOf(NEWLINE, at - 1) : -1;
    if (at < 0) return bytes;
  }
  return bytes.subarray(at + 1);
}
