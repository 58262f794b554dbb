import { type AttachParams, type AttachReply, type OutputNotice, readOutput } from '../../protocol/console';
import { readNotification } from '../../protocol/events';
import { errorCode } from '../../system/errors';
import { findAddress } from '../address';
import type { ActionContext } from '../context';
import { ManagerLeft, NoManager } from '../request';
import { NoticeStream } from './notice-stream';
import type { Notice } from './subscription';

/** A visit to the console of the program: its output, and what happens to it. */
export interface Visit {
  /** What the manager has said at its beginning. */
  reply: AttachReply;
  stream: NoticeStream<OutputNotice | Notice>;
}

/**
 * Begins a visit.
 *
 * @returns null when the manager has just left
 * @throws RequestFailed if the manager refuses, or does not know visitors
 */
export async function openVisit(context: ActionContext, params: AttachParams): Promise<Visit | null> {
  let stream: Visit['stream'] | null = null;
  try {
    stream = new NoticeStream(findAddress(context.configuration), readNotice);
    return { stream, reply: (await stream.ask('attach', params)) as AttachReply };
  } catch (error) {
    stream?.close();
    const isGone = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAGAIN'].includes(errorCode(error));
    if (error instanceof NoManager || error instanceof ManagerLeft || isGone) return null;
    throw error;
  }
}

function readNotice(line: string): OutputNotice | Notice | null {
  return readOutput(line) ?? readNotification(line);
}
