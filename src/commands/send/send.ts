import { findOrAdopt } from '../../client/adopt';
import { type ActionContext, addFacts, complain, print, printAfterWait } from '../../client/context';
import { nameInMessages } from '../../client/preflight/name';
import { awaitWithDots } from '../../client/progress';
import { ManagerLeft } from '../../client/request';
import { askManager, viewOf } from '../../client/situation';
import type { SendParams, SendRefusal, SendReply } from '../../protocol/sending';
import { CONTROL } from '../../settings/values';
import { describeReason, ExitStatus } from '../../system/errors';
import { nameCaller } from '../../system/users';

/** What is sent: bytes, then perhaps Enter, then perhaps the end of the input. */
export interface Message {
  bytes: Buffer;
  /** What follows the bytes, as it comes; null for nothing. */
  stream: AsyncIterable<Buffer> | null;
  enter: boolean;
  eof: boolean;
  /** The bytes are keys of a terminal. */
  keys: boolean;
}

/** What was taken so far, and by which process. */
interface Progress {
  sent: number;
  pid: number | null;
  refused: SendRefusal | null;
}

type Part = Required<Pick<SendParams, 'enter' | 'eof' | 'keys'>> & { data: Buffer };

/** Bytes of a request; on a socket of several users it has 10 KB at most, in base64. */
const PIECE = 48 * 1024;
const SHARED_PIECE = 6 * 1024;
/** Seconds that a manager takes to answer at most; it waits 5 itself. */
const ANSWER_LIMIT = 30;
const NOTHING = Buffer.alloc(0);

/**
 * `send`: writes to the standard input of the program.
 *
 * @returns the exit status: 1 when not everything was taken, 2 when the program has no such input
 */
export async function send(context: ActionContext, message: Message): Promise<number> {
  const view = viewOf(await findOrAdopt(context, 'send', { settings: true }));
  if (!view?.pid) return reportDown(context, view !== null);
  if (!view.report) {
    complain(
      context,
      `cannot send to ${nameInMessages(context)}: its manager is zdaemon's, which cannot do that`,
    );
    return ExitStatus.failed;
  }
  const progress: Progress = { sent: 0, pid: null, refused: null };
  const isShared = view.report.running?.environment === null;
  try {
    for await (const part of cut(message, isShared ? SHARED_PIECE : PIECE)) {
      await sendPart(context, part, progress);
      if (progress.refused !== null) break;
    }
  } catch (error) {
    if ((error as Error).name === 'Interrupted') throw error;
    addFacts(context, { changed: progress.sent > 0, sent: progress.sent });
    complain(context, `cannot send to ${nameInMessages(context)}: ${explainError(error)}${tell(progress)}`);
    return ExitStatus.failed;
  }
  return report(context, message, progress);
}

/** Only the last part is followed by Enter and by the end. What comes from a stream is sent as it comes. */
async function* cut({ bytes, stream, enter, eof, keys }: Message, size: number): AsyncIterable<Part> {
  const plain = { enter: false, eof: false, keys };
  let at = 0;
  for (; bytes.length - at > size; at += size) yield { ...plain, data: bytes.subarray(at, at + size) };
  const last = { enter, eof, keys, data: bytes.subarray(at) };
  if (!stream) return yield last;
  if (last.data.length > 0) yield { ...last, ...plain };
  for await (const chunk of stream)
    for (let from = 0; from < chunk.length; from += size)
      yield { ...plain, data: chunk.subarray(from, from + size) };
  if (enter || eof) yield { ...last, data: NOTHING };
}

/** Another manager may take over in between; the rest is for that one. */
async function sendPart(context: ActionContext, { data, ...how }: Part, progress: Progress): Promise<void> {
  for (let rest = data; ; ) {
    const { pid } = progress;
    const params: SendParams = {
      data: rest.toString('base64'),
      ...how,
      ...(pid === null ? {} : { pid }),
      user: nameCaller(),
    };
    const ask = (signal: AbortSignal) => askManager(context, { limit: ANSWER_LIMIT, signal }, 'send', params);
    const reply = (await awaitWithDots(ask, context, undefined, describeWait)) as SendReply;
    progress.sent += reply.sent;
    if (reply.refused === 'moved') {
      rest = rest.subarray(reply.sent);
      continue;
    }
    if (reply.refused) progress.refused = reply.refused;
    else progress.pid = reply.pid;
    return;
  }
}

async function describeWait(): Promise<string> {
  return 'waiting until the program reads';
}

function report(context: ActionContext, { eof }: Message, { sent, pid, refused }: Progress): number {
  addFacts(context, {
    changed: sent > 0 || (eof && refused === null),
    sent,
    ...(pid === null ? {} : { pid }),
  });
  if (refused === null) {
    const what = [sent > 0 || !eof ? countBytes(sent) : '', eof ? 'the end of its input' : ''];
    printAfterWait(context, `${what.filter(Boolean).join(' and ')} sent to process ${pid}`);
    return ExitStatus.done;
  }
  if (refused === 'ended' && eof && sent === 0) {
    print(context, 'its input was already ended');
    return ExitStatus.done;
  }
  if (refused === 'down' && sent === 0) return reportDown(context, true);
  const rest = tell({ sent, pid, refused });
  complain(context, `cannot send to ${nameInMessages(context)}: ${explain(context, refused)}${rest}`);
  return refused === 'none' || refused === 'no console' ? ExitStatus.usage : ExitStatus.failed;
}

function reportDown(context: ActionContext, isManaged: boolean): number {
  print(context, isManaged ? 'daemon process not running' : 'daemon manager not running');
  return ExitStatus.notRunning;
}

function explain({ configuration }: ActionContext, refused: SendRefusal): string {
  switch (refused) {
    case 'none':
      return configuration.settings.stdin === CONTROL
        ? 'it was started without stdin = control; zd apply starts it with that'
        : 'its standard input is not written by zd; set stdin = control, or pty = on, and zd apply it';
    case 'no console':
      return 'keys need a terminal, and it has none; signals are sent with zd kill, the end of its input with --eof';
    case 'ended':
      return 'its input was ended with --eof; zd restart begins a new one';
    case 'closed':
      return 'it has closed its standard input';
    case 'full':
      return 'it does not read what was sent before';
    default:
      return 'it has ended, and what it had not read is lost';
  }
}

function explainError(error: unknown): string {
  if (error instanceof ManagerLeft)
    return 'the manager exited before it replied, so the last part may have been taken or not';
  const reason = describeReason(error);
  return reason.startsWith("unknown method 'send'")
    ? 'its manager is of an earlier zd, which cannot do that; zd upgrade replaces it'
    : reason;
}

/** Whoever sends the rest later must know where it begins. */
function tell({ sent }: Progress): string {
  return sent === 0 ? '' : `; the first ${countBytes(sent)} were taken`;
}

function countBytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}
