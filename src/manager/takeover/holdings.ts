import type { News } from '../../protocol/events';
import { KINDS } from '../../protocol/keeper/wire';
import { type LaunchOrder, placeStreams, showDaemon } from '../../protocol/launch-order';
import { checkSocketPath } from '../../state/socket-path';
import type { Clock } from '../../system/clock';
import { describeReason } from '../../system/errors';
import { findGroup, findOwner, type WholeUser } from '../../system/users';
import { claimSocket } from '../control/claim-socket';
import type { Answer } from '../control/connection';
import { LineServer } from '../control/server';
import { SocketGuard } from '../control/socket-guard';
import type { EventLog } from '../event-log';
import type { KeeperParent } from '../parent/keeper-parent';
import type { Parent } from '../parent/parent';
import type { Surroundings } from '../startup';
import type { Receiver } from '../transcript/feed/receiver';
import { LogFile } from '../transcript/file';
import { Transcript } from '../transcript/transcript';

/** Seconds between attempts to reopen the transcript. */
const RETRY = 2;

export interface HoldingsOptions {
  parent: Parent;
  order: LaunchOrder;
  /** See `Scene`. */
  runAs: WholeUser | null;
  clock: Clock;
  log: EventLog;
  /** Tells the subscribers of events. */
  emit(news: News): void;
  /** The pid of the running program, or null. */
  programPid(): number | null;
  /** The keeper that began this manager, or null. */
  keeper(): KeeperParent | null;
  /** The command of `transcript-program` that the manager before has run, as far as it is known. */
  former(): readonly string[] | null;
  surroundings: Pick<Surroundings, 'environment' | 'folders' | 'runAs'>;
  answer(line: string): Promise<Answer> | Answer;
  /** Checks that the state folder is still the same folder. */
  checkFolder(): unknown;
}

/** What only one manager can hold at a time: the read end of the program's output, and the socket. */
export class Holdings {
  /** Null with `daemon off`, where the program is attached to the terminal, and after `release`. */
  transcript: Transcript | null = null;
  /** What gets the output beside the file, or instead of it; null without one. */
  receiver: Receiver | null = null;
  readonly #options: HoldingsOptions;
  readonly #server: LineServer;
  readonly #guard: SocketGuard;
  #isGuarded = false;
  /** What was released, and still keeps the program's output open. */
  #released: Transcript | null = null;

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
      rebind: () => this.#bind(),
      checkFolder: options.checkFolder,
      log: text => log.log('warn', text),
    });
  }

  /** Whether output waits in memory, which a successor would not get. */
  get holdsOutput(): boolean {
    return (this.transcript?.held ?? 0) > 0;
  }

  /** What is wrong with the socket, or null. */
  get socketProblem(): string | null {
    return this.#guard.problem;
  }

  /**
   * @param program the pid of an adopted program, whose output must be read on, or null
   * @param mayLack see `TranscriptOptions`
   * @throws the system's error
   */
  openTranscript(program: number | null, mayLack: boolean): void {
    const { order, clock, log } = this.#options;
    if (order.attached) return;
    const settings = placeStreams(order);
    this.transcript = new Transcript({
      parent: this.#options.parent,
      folder: order.stateFolder,
      insecure: order.settings.insecure,
      title: showDaemon(order),
      path: settings.transcript,
      settings,
      runAs: this.#options.runAs,
      mayLack,
      program,
      clock,
      log: log.log,
      emit: this.#options.emit,
      receiver: this.#openReceiver(mayLack),
    });
  }

  /** @throws the system's error; UserError when another manager owns the socket */
  async openSocket(): Promise<void> {
    await this.#bind();
    this.#isGuarded = true;
    this.#guard.begin();
  }

  /** The same; failures are retried: a manager without a socket is better than none, and obeys signals. */
  async openSocketSoon(): Promise<void> {
    try {
      await this.openSocket();
    } catch {
      this.#isGuarded = true;
      this.#guard.begin(false);
    }
  }

  /** Releases all of it for another manager; open connections stay open. */
  release(): void {
    this.#stopListening();
    this.transcript?.endWaits();
    this.transcript?.release();
    this.#released = this.transcript;
    this.transcript = null;
  }

  /** Acquires it again. Failures are retried: a manager without a socket or transcript is better than none. */
  async resume(): Promise<void> {
    this.receiver?.thaw();
    this.#resumeTranscript();
    await this.openSocketSoon();
  }

  /** Removes the socket, sends the answers that are due, and writes the remaining output. */
  async close(): Promise<void> {
    this.#stopListening();
    this.transcript?.endWaits();
    await this.transcript?.finish();
    await this.#server.close();
    this.transcript?.close();
    this.transcript = null;
  }

  /** One lives as long as its manager, also across a handover that fails. */
  #openReceiver(mayLack: boolean): Receiver | null {
    const { order, former, ...parts } = this.#options;
    const isWanted = order.settings.transcriptProgram !== null;
    const isLeft = parts.keeper()?.kept.some(({ kind }) => kind === KINDS.receiver) ?? false;
    if (this.receiver || (!isWanted && !isLeft)) return this.receiver;
    const options = { ...parts, keeper: parts.keeper(), order, former: former(), mustRun: !mayLack };
    if (isWanted) this.receiver = new (loadReceiver().Receiver)(options);
    else loadReceiver().dismissKept(options);
    return this.receiver;
  }

  async #bind(): Promise<void> {
    const { socket } = this.#options.order;
    checkSocketPath(socket);
    await claimSocket(socket);
    await this.#server.listen();
  }

  /** Acts only once: after that, the socket at the path is the successor's. */
  #stopListening(): void {
    if (!this.#isGuarded) return;
    this.#isGuarded = false;
    this.#guard.end();
    this.#guard.protect(() => this.#server.stopListening());
  }

  #resumeTranscript(): void {
    try {
      this.openTranscript(this.#options.programPid(), true);
      this.#released?.forget();
      this.#released = null;
    } catch (error) {
      const { log, clock } = this.#options;
      log.log('error', `cannot reopen the transcript: ${describeReason(error)}`);
      clock.after(RETRY, () => this.#resumeTranscript());
    }
  }
}

/**
 * Tries what a successor will need while its predecessor still holds it.
 *
 * @throws the system's error when a transcript cannot be written
 */
export function rehearse(order: LaunchOrder, user: WholeUser | null): void {
  if (order.attached) return;
  const { transcript, transcriptMode: mode, transcriptOwner: owner, stderrTranscript } = placeStreams(order);
  const access = { mode, owner: owner === null ? null : findOwner(owner), user };
  for (const path of [transcript, stderrTranscript]) if (path !== null) new LogFile(path, access).close();
}

/** Most transcripts are files. */
function loadReceiver(): typeof import('../transcript/feed/bundle') {
  return require('../transcript/feed/bundle');
}
