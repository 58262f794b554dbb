import type { SendParams, SendReply } from '../../protocol/sending';
import type { SavedInput } from '../../state/saved-state';
import type { Source } from '../parent/parent';

/** What `zd send` can write to: a FIFO, or a console. */
export interface ProgramInput {
  /** What the Enter key writes. */
  readonly enter: string;
  /** Whether it understands the keys of a terminal. */
  readonly isConsole: boolean;
  /** For the next manager; undefined when it need not know anything. */
  readonly state: SavedInput | undefined;
  /**
   * Writes as much as there is room for, and waits for more room. Nothing else is written at the same time.
   *
   * @param until when to give up, in seconds on the monotonic clock
   * @returns how many bytes were taken, and why not all; never rejects because of the program
   */
  write(bytes: Buffer, until: number): Promise<Taken>;
  /**
   * Has the program read an end of file, after everything that was written; saves that first.
   *
   * @returns `closed` if no process could read it any more
   */
  end(): 'closed' | null;
  /** Ends what is waited for. */
  interrupt(why: Interruption): void;
  /** The run has ended. */
  close(): void;
}

export interface Taken {
  taken: number;
  /** Null if everything was taken. */
  why: Interruption | 'ended' | 'full' | null;
}

export type Interruption = 'closed' | 'moved';

/** The input of the present run, if `zd send` can write to it. */
export interface InputHolder {
  /**
   * Makes the input of the next run anew, so that it never gets what was sent to an earlier one.
   *
   * @returns what becomes its standard input, for the caller to close; null without such an input
   * @throws the system's error
   */
  begin(): Source | null;
  /** Continues with a run that an earlier manager has begun. @param pid of the program; null if there is none */
  continueRun(pid: number | null): void;
  /** The run has ended. */
  endRun(): void;
  /** Another manager takes over: what is being sent is to be sent to that one. */
  release(): void;
  /** It has not taken over. */
  resume(): void;
  /** Sends one after another; each waits some seconds for room. */
  send(params: SendParams): Promise<Pick<SendReply, 'sent' | 'refused'>>;
  /** For the next manager; undefined when it need not know anything. */
  readonly saved: SavedInput | undefined;
}
