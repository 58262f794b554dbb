import type { News } from '../protocol/events';
import type { HistoryReply } from '../protocol/history';
import type { LaunchOrder, Refresh } from '../protocol/launch-order';
import { applyRefresh, placeStreams } from '../protocol/launch-order';
import type {
  ApplyParams,
  BriefReport,
  CallerParams,
  OutputParams,
  OutputReply,
  ReloadReply,
  RunningSettings,
  StartParams,
  StatusParams,
  StatusReport,
  StopParams,
  SubscribeParams,
  UpgradeParams,
} from '../protocol/messages';
import type { StartOutcome, StopOutcome, UpgradeOutcome } from '../protocol/outcomes';
import type { ReadParams } from '../protocol/output-lines';
import type { SendParams, SendReply } from '../protocol/sending';
import { withoutGuarded } from '../settings/reach';
import { isSuspended } from '../system/processes';
import { ConfigWatching } from './config-watching';
import type { LazyVisitors } from './console/lazy';
import type { BriefParts, ReportParts } from './control/report';
import { reportBriefly, reportStatus } from './control/report';
import type { Requests } from './control/requests';
import { StatusTextCache } from './control/status-text-cache';
import { OutputRequests } from './output-requests';
import type { KeeperParent } from './parent/keeper-parent';
import { RunRequests } from './run-requests';
import { Supervisor } from './supervisor';
import type { SupervisorParts } from './supervisor-parts';
import { refuseUpgrade } from './takeover/refuse-upgrade';

export interface ManagerParts extends SupervisorParts {
  order: LaunchOrder;
  /** Hands over to a new manager that follows this order. @returns its pid; this manager then exits */
  handOver(order: LaunchOrder, params: UpgradeParams): Promise<number>;
  /** What is wrong with the socket, or null. */
  socketProblem(): string | null;
}

/** What users can request of a manager, over the socket or with a signal. */
export class Manager implements Requests {
  readonly #supervisor: Supervisor;
  readonly #parts: ManagerParts;
  readonly #run: RunRequests;
  readonly #config: ConfigWatching;
  readonly #statusText = new StatusTextCache();
  readonly #output: OutputRequests;
  readonly visitors: LazyVisitors;

  constructor(parts: ManagerParts) {
    this.#parts = parts;
    this.#supervisor = new Supervisor(parts.order, parts);
    this.#config = new ConfigWatching(this.#supervisor, parts);
    this.#output = new OutputRequests(this.#supervisor, parts);
    this.visitors = this.#output.visitors;
    this.#run = new RunRequests(this.#supervisor, parts.clock, refresh => this.#refresh(refresh));
  }

  /**
   * Adopts the program of an earlier manager, if it is still running.
   *
   * @param keeper may still have it as its child
   * @returns whether it is running
   */
  adopt(keeper: KeeperParent | null): boolean {
    return this.#supervisor.adopt(keeper);
  }

  /** See `Supervisor.continue`. */
  continue(keeper: KeeperParent): boolean {
    return this.#supervisor.continue(keeper);
  }

  /** The keeper is dead: the program is not its child any more. */
  loseKeeper(): void {
    this.#supervisor.program.loseParent();
  }

  get isFrozen(): boolean {
    return this.#supervisor.isFrozen;
  }

  /** Saves what the next manager must know, even if it is already saved. */
  saveState(): void {
    this.#supervisor.saveState();
  }

  /** Stops acting on events, because another manager is about to. */
  freeze(): void {
    this.#output.dismiss();
    this.#supervisor.freeze();
  }

  /** Acts on events again. */
  thaw(): void {
    this.#supervisor.thaw();
  }

  /** The requests that came since `freeze`, for the successor: zdaemon's words, and `exit` for a signal. */
  get unanswered(): string[] {
    const names = this.#supervisor.queue.map(({ name }) => (name === 'leave' ? 'exit' : name));
    return names.filter(name => ['start', 'stop', 'restart', 'exit'].includes(name));
  }

  brief(): BriefReport {
    return reportBriefly(this.#briefParts());
  }

  statusText(): string {
    return this.#statusText.write(this.#briefParts());
  }

  status({ lines = false, settings = false }: StatusParams = {}): StatusReport {
    const { clock, transcript, parent, eventLog, socketProblem } = this.#parts;
    const { life, order, record, program, readiness, hooks } = this.#supervisor;
    const { waitingFor, ...signs } = readiness.describe();
    return reportStatus({
      life,
      order,
      clock,
      record,
      adopted: program.isAdopted,
      readiness: { waitingFor: hooks.waitingFor ?? waitingFor, ...signs },
      suspended: life.pid !== null && isSuspended(life.pid),
      keeperPid: parent.keeperPid,
      eventLogError: eventLog.problem,
      socketError: socketProblem(),
      lastEvent: this.#supervisor.events.last,
      transcript,
      watch: this.#describeWatch(),
      lines: lines ? this.#supervisor.lastLines() : null,
      running: settings ? this.#describeOrder() : null,
    });
  }

  start(params: StartParams): Promise<StartOutcome> {
    return this.#run.start(params);
  }

  stop(params?: StopParams): Promise<StopOutcome> {
    return this.#run.stop(params);
  }

  restart(params: StartParams): Promise<StartOutcome> {
    return this.#run.restart(params);
  }

  kill(signal: number, user?: string, isForGroup?: boolean): Promise<boolean> {
    return this.#run.kill(signal, user, isForGroup);
  }

  pause(): Promise<void> {
    return this.#run.pause();
  }

  continueProgram(): Promise<void> {
    return this.#run.continueProgram();
  }

  reload(user?: string): Promise<ReloadReply> {
    return this.#run.reload(user);
  }

  runNow(params: CallerParams): Promise<StartOutcome> {
    return this.#run.runNow(params);
  }

  send(params: SendParams): Promise<SendReply> {
    this.visitors.noteTyping(params.visitor);
    return this.#run.send(params);
  }

  wait(): Promise<void> {
    return this.#run.wait();
  }

  subscribe({ after }: SubscribeParams): ReturnType<Requests['subscribe']> {
    const { events } = this.#supervisor;
    events.makeRoom();
    return { report: this.status(), follow: subscriber => events.follow(subscriber, after ?? null) };
  }

  history(): HistoryReply {
    return { ends: this.#supervisor.record.history.ends };
  }

  /** Tells the subscribers something. */
  emit(news: News): void {
    this.#supervisor.events.emit(news);
  }

  output(params: OutputParams): Promise<OutputReply> {
    return this.#output.output(params);
  }

  read(params: ReadParams): ReturnType<Requests['read']> {
    return this.#output.read(params);
  }

  reopen(): void {
    const problems = this.#parts.eventLog.reopen();
    const { transcript } = this.#parts;
    if (transcript) transcript.reopen();
    else if (!this.#supervisor.order.attached) problems.push('the transcript is not open now; try again');
    if (problems.length > 0) throw new Error(problems.join('; '));
    this.emit({ event: 'reopened' });
  }

  apply({ refresh, changes, user }: ApplyParams): void {
    this.#refresh(refresh);
    const by = user === undefined ? '' : ` by ${user}`;
    this.#parts.eventLog.log('info', `configuration applied${by}: ${changes.join(', ')}`);
    if (this.#supervisor.life.name === 'waiting') this.#supervisor.dispatch({ name: 'start' });
    this.emit({ event: 'config-applied', changes, user: user ?? null });
    this.#supervisor.saveState();
  }

  async upgrade(params: UpgradeParams): Promise<UpgradeOutcome> {
    refuseUpgrade(this.#supervisor);
    if (this.#isShared())
      throw new Error('the socket is shared with others (socket-mode); stop and start instead');
    // The successor goes on with the very next number.
    this.#supervisor.events.hold();
    this.#supervisor.saveState();
    this.#supervisor.freeze();
    try {
      return { managerPid: await this.#parts.handOver(this.successorOrder(params.order), params) };
    } catch (error) {
      this.#supervisor.thaw();
      throw error;
    }
  }

  /** The order for a successor: the same program in the same place, even if the settings are new. */
  successorOrder(order: LaunchOrder = this.#supervisor.order): LaunchOrder {
    const { socket, stateFolder, startDirectory, args, attached, staysRoot } = this.#supervisor.order;
    const same = { socket, stateFolder, startDirectory, args, attached, staysRoot: staysRoot === true };
    return { ...order, ...same, purpose: 'succeed', firstStartMustHold: false };
  }

  /** See `ConfigWatching.update`. */
  watchConfiguration(mayHaveChanged = false): void {
    this.#config.update(mayHaveChanged);
  }

  exit(user?: string): void {
    this.#note('exit', user);
    this.#supervisor.dispatch({ name: 'leave', status: 0 });
  }

  /** Handles a signal that ends the manager; in the foreground it comes over several ways. */
  leave(signalName: string): void {
    if (this.#supervisor.life.leaveStatus === null)
      this.#parts.eventLog.log('critical', `daemon manager killed by ${signalName}`);
    this.#note('signal');
    this.#supervisor.dispatch({ name: 'leave', status: 1 });
  }

  #note(by: Parameters<Supervisor['record']['attribution']['noteRequest']>[0], user?: string): void {
    this.#supervisor.record.attribution.noteRequest(by, user ?? null);
  }

  #refresh(refresh: Refresh = {}): void {
    // Users of a shared socket can control the program but not choose it, or they could run anything as its user.
    const allowed = this.#isShared() ? withoutGuarded(refresh) : refresh;
    this.#supervisor.order = applyRefresh(this.#supervisor.order, allowed);
    this.#supervisor.attendants.update();
    this.watchConfiguration();
  }

  #describeOrder(): RunningSettings {
    const { order } = this.#supervisor;
    const environment = this.#isShared() ? null : order.environment;
    const { eventLog, attached } = order;
    return { settings: placeStreams(order), environment, eventLog, attached };
  }

  #describeWatch(): ReportParts['watch'] {
    const { restartOnChange, watchConfig } = this.#supervisor.order.settings;
    if (restartOnChange === null && !watchConfig) return null;
    return { missing: this.#supervisor.attendants.missing, fault: this.#config.fault };
  }

  #briefParts(): BriefParts {
    const { life, order, record } = this.#supervisor;
    return { life, order, record, clock: this.#parts.clock };
  }

  #isShared(): boolean {
    return (this.#supervisor.order.settings.socketMode & 0o077) !== 0;
  }
}
