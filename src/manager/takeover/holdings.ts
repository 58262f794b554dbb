import type { LaunchOrder } from '../../protocol/launch-order';
import { checkSocketPath } from '../../state/socket-path';
import type { Clock } from '../../system/clock';
import { describeReason } from '../../system/errors';
import { findGroup, findOwner } from '../../system/users';
import { claimSocket } from '../control/claim-socket';
import type { Answer } from '../control/connection';
import { LineServer } from '../control/server';
import { SocketGuard } from '../control/socket-guard';
import type { EventLog } from '../event-log';
import { LogFile } from '../transcript/file';
import { Transcript } from '../transcript/transcript';

/** Seconds until what could not be taken up again is tried again. */
const RETRY = 2;

export interface HoldingsOptions {
  order: LaunchOrder;
  clock: Clock;
  log: EventLog;
  /** The pid of the running program, or null. */
  programPid(): number | null;
  answer(line: string): Promise<Answer> | Answer;
  /** A look whether the state folder is still what it was. */
  checkFolder(): unknown;
}

/** What only one manager can hold at a time: the reading end of the program's output, and the socket. */
export class Holdings {
  /** Null with `daemon off`, where the program keeps the terminal, and while it is given up. */
  transcript: Transcript | null = null;
  readonly #options: HoldingsOptions;
  readonly #server: LineServer;
  readonly #guard: SocketGuard;
  #isGuarded = false;

  constructor(options: HoldingsOptions) {
    const { order, clock, log } = options;
    const { socketGroup } = order.settings;
    this.#options = options;
    this.#server = new LineServer({
      path: order.socket,
      mode: order.settings.socketMode,
      group: socketGroup === null ? null : findGroup(socketGroup),
      clock,
      answer: options.answer,
      replyFailed: reason => log.log('warn', `Error sending reply: ${reason}`),
    });
    this.#guard = new SocketGuard({
      path: order.socket,
      clock,
      rebind: () => this.#server.listen(),
      checkFolder: options.checkFolder,
      log: text => log.log('warn', text),
    });
  }

  /** What is wrong with the socket, or null. */
  get socketFault(): string | null {
    return this.#guard.fault;
  }

  /**
   * @param program the pid of a program to be read on from, or null
   * @throws the system's error
   */
  openTranscript(program: number | null): void {
    const { order, clock, log } = this.#options;
    if (order.attached) return;
    this.transcript = new Transcript({
      folder: order.stateFolder,
      path: order.settings.transcript,
      settings: order.settings,
      program,
      clock,
      log: log.log,
    });
  }

  /** @throws the system's error; UserError when somebody else has the socket */
  async openSocket(): Promise<void> {
    const { order } = this.#options;
    checkSocketPath(order.socket);
    await claimSocket(order.socket);
    await this.#server.listen();
    this.#isGuarded = true;
    this.#guard.begin();
  }

  /** Gives all of it up, for another manager; who is connected stays. */
  release(): void {
    this.#stopListening();
    this.transcript?.close();
    this.transcript = null;
  }

  /** Takes it up again. What cannot be had now is tried again: a manager without it is better than none. */
  async resume(): Promise<void> {
    this.#resumeTranscript();
    try {
      await this.openSocket();
    } catch (error) {
      this.#options.log.log('error', `cannot bind the socket again: ${describeReason(error)}`);
      this.#isGuarded = true;
      this.#guard.begin(false);
    }
  }

  /** Removes the socket, sends the answers that are due, and writes what is left of the output. */
  async close(): Promise<void> {
    this.#stopListening();
    await this.#server.close();
    this.transcript?.close();
    this.transcript = null;
  }

  /** Once: later the socket is the successor's. */
  #stopListening(): void {
    if (!this.#isGuarded) return;
    this.#isGuarded = false;
    this.#guard.end();
    this.#guard.spare(() => this.#server.stopListening());
  }

  #resumeTranscript(): void {
    try {
      this.openTranscript(this.#options.programPid());
    } catch (error) {
      const { log, clock } = this.#options;
      log.log('error', `cannot open the transcript again: ${describeReason(error)}`);
      clock.after(RETRY, () => this.#resumeTranscript());
    }
  }
}

/**
 * Tries what a successor will need, while its predecessor still has it.
 *
 * @throws the system's error when a transcript cannot be written
 */
export function rehearse({ attached, settings }: LaunchOrder): void {
  if (attached) return;
  const { transcript, transcriptMode: mode, transcriptOwner: owner, stderrTranscript } = settings;
  const access = { mode, owner: owner === null ? null : findOwner(owner) };
  for (const path of [transcript, stderrTranscript]) if (path !== null) new LogFile(path, access).close();
}
