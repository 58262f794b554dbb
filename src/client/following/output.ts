import {
  decodeLine,
  type LineNotice,
  type OutputLine,
  type ReadReply,
  readLine,
} from '../../protocol/output-lines';
import { errorCode } from '../../system/errors';
import { findAddress } from '../address';
import type { ActionContext } from '../context';
import { ManagerLeft, NoManager, RequestFailed } from '../request';
import { observe, viewOf } from '../situation';
import { NoticeStream } from './notice-stream';
import { findNew, Recent } from './recent-lines';

/** Lines that another manager is asked for: those that the one before has sent are left out. */
const MOST_AGAIN = 10_000;

export interface OutputFollower {
  /** At most so many of the last lines before. */
  lines: number;
  /** Aborts it. */
  over: AbortSignal;
  /** Gets each line, without its newline; `n` is null for those before. The bytes are kept by nobody else. */
  onLine(line: OutputLine, n: number | null): void;
  /** Lines are missing here: so many, or null if nobody knows how many. */
  onDropped(count: number | null): void;
  /** Called when a manager has answered, before its lines. */
  onManager?(managerPid: number): void;
}

/**
 * Passes on the output of a program, line by line, with or without a transcript, until its manager leaves for good; one
 * that dies or is replaced is followed by the next one. Nobody waits for a caller that is slow: lines are dropped for it.
 *
 * @param context of the program
 * @param follower what it gets
 * @returns whether there was a manager at all
 * @throws RequestFailed when a manager refuses, or is of an earlier zd; UserError of `observe`
 */
export async function followOutput(context: ActionContext, follower: OutputFollower): Promise<boolean> {
  const recent = new Recent();
  let hasBegun = false;
  while (!follower.over.aborted) {
    if (!viewOf(await observe(context, undefined, follower.over))) return hasBegun;
    const opened = await openOutput(context, hasBegun ? MOST_AGAIN : follower.lines, follower.over);
    if (opened === null) continue;
    const { stream, reply, close } = opened;
    follower.onManager?.(reply.managerPid);
    const lines = reply.lines.flatMap(line => decodeLine(line) ?? []);
    const fresh = hasBegun ? findNew(lines, recent, reply.isWhole) : { lines, isGap: false };
    hasBegun = true;
    if (fresh.isGap) follower.onDropped(null);
    for (const line of fresh.lines) take(line, null);
    try {
      for (let next = await stream.next(); next; next = await stream.next()) {
        if ('dropped' in next) follower.onDropped(next.dropped);
        else take(next, next.n);
      }
    } finally {
      follower.over.removeEventListener('abort', close);
      close();
    }
  }
  return hasBegun;

  function take({ bytes, isPart, isError }: OutputLine, n: number | null): void {
    recent.add(bytes);
    follower.onLine({ bytes, isPart, isError }, n);
  }
}

/** @returns null when the manager has just left */
async function openOutput(
  context: ActionContext,
  lines: number,
  over: AbortSignal,
): Promise<{ stream: NoticeStream<LineNotice>; reply: ReadReply; close(): void } | null> {
  let stream: NoticeStream<LineNotice> | null = null;
  const close = () => stream?.close();
  over.addEventListener('abort', close, { once: true });
  try {
    stream = new NoticeStream(findAddress(context.configuration), readLine);
    const reply = (await stream.ask('output', { lines })) as Partial<ReadReply>;
    if (!reply.lines) throw new RequestFailed('the manager is of an earlier zd, which does not send lines');
    return { stream, reply: reply as ReadReply, close };
  } catch (error) {
    over.removeEventListener('abort', close);
    close();
    const isGone = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAGAIN'].includes(errorCode(error));
    if (error instanceof NoManager || error instanceof ManagerLeft || isGone) return null;
    throw error;
  }
}
