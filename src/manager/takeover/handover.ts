import type { Handshake } from '../../protocol/launch-order';
import type { Clock } from '../../system/clock';
import { UserError } from '../../system/errors';
import type { Successor } from './successor';

/** Seconds the new manager has to get ready, and again to take over. */
const STEP_LIMIT = 10;

export interface HandOver {
  clock: Clock;
  /** Begins the new manager. */
  begin(): Promise<Successor> | Successor;
  /** Releases what only one manager can hold: transcript and socket. */
  release(): void;
  /** Acquires it again. */
  resume(): Promise<void>;
}

/**
 * Hands over to a new manager without touching the program.
 *
 * @returns the new manager's pid; this manager must exit then
 * @throws UserError when the handover fails; this manager continues as before
 */
export async function handOver({ clock, begin, release, resume }: HandOver): Promise<number> {
  const successor = await begin();
  const lines = readLines(successor);
  try {
    expect(await lines.next(clock), 'ready');
  } catch (error) {
    await successor.abandon();
    throw error;
  }
  release();
  try {
    successor.write('go');
    expect(await lines.next(clock), 'took over');
  } catch (error) {
    await successor.abandon();
    await resume();
    throw error;
  }
  successor.detach();
  return successor.pid;
}

function expect(handshake: Handshake, wanted: Handshake['outcome']): void {
  if (handshake.outcome === wanted) return;
  throw new UserError(
    'reason' in handshake ? handshake.reason : `the new manager answered '${handshake.outcome}'`,
  );
}

function readLines(successor: Successor) {
  const lines: string[] = [];
  let over = '';
  let wake = () => {};
  const end = (reason: string) => {
    over ||= reason;
    wake();
  };
  successor.listen({
    line(text) {
      lines.push(text);
      wake();
    },
    over: end,
  });

  return {
    async next(clock: Clock): Promise<Handshake> {
      const cancel = clock.after(STEP_LIMIT, () =>
        end(`the new manager did not answer within ${STEP_LIMIT} seconds`),
      );
      while (lines.length === 0 && !over) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      cancel();
      const line = lines.shift();
      if (line === undefined) throw new UserError(over);
      return JSON.parse(line) as Handshake;
    },
  };
}
