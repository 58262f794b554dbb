import { formatProbe } from '../../../settings/probes/grammar';
import type { Probe } from '../../../settings/probes/probe';
import type { SavedReadiness } from '../../../state/saved-state';
import { describeReason } from '../../../system/errors';
import type { Scene } from '../../scene';
import type { Answer } from '../kinds/try';
import { closeLater, type Equipment } from './equipment';
import { NotifyListener, nameNotifySocket } from './notify';
import { type EventProbe, isEventProbe, RunNews } from './run-news';

/** Seconds until a listener that was killed is replaced. */
const LISTENER_PAUSE = 1;

export type SignsScene = Pick<
  Scene,
  'clock' | 'parent' | 'order' | 'runAs' | 'eventLog' | 'transcript' | 'saved' | 'saveSoon' | 'emit'
>;

/** The signs that a program gives of itself, by its output, its descriptors and NOTIFY_SOCKET. */
export class RunSigns {
  /** Called when there is a new one. */
  onNews: () => void = () => {};
  /** Called when the program says that it is alive (WATCHDOG=1), or that it is not. */
  onWatchdog: (isAlive: boolean) => void = () => {};
  readonly #scene: SignsScene;
  #news: RunNews | null = null;
  #listener: NotifyListener | null = null;
  #output: number[] = [];
  /** What was known of the run when it was released to another manager, which may not have come. */
  #released: SavedReadiness | null = null;

  constructor(scene: SignsScene) {
    this.#scene = scene;
  }

  /** What the program has said last with STATUS=. */
  get status(): string | null {
    return this.#news?.status ?? null;
  }

  /** For the next manager; null when it need not know anything. */
  get saved(): SavedReadiness | null {
    return this.#news && { held: [...this.#news.held], output: this.#output };
  }

  /** Whether an event has happened in this run. */
  answer(probe: EventProbe): Answer {
    return this.#news ? this.#news.answer(probe) : { says: 'nothing was heard yet' };
  }

  /**
   * Gets ready for a run, before its spawn.
   *
   * @param done called with what the program needs, or with what prevents its start
   */
  equip(done: (equipment: Equipment | { reason: string }) => void): void {
    this.#released = null;
    try {
      const news = this.#begin([]);
      news?.empty();
      this.#listener?.empty();
      this.#output = this.#scene.transcript?.positions ?? [];
      news?.watchOutput();
    } catch (error) {
      return done({ reason: `${this.#probes.map(formatProbe).join(', ')}: ${describeReason(error)}` });
    }
    const provide = () =>
      done({
        environment: this.#makeEnvironment(),
        openDescriptors: () => closeLater(this.#news?.openSources() ?? []),
      });
    if (!this.#needsListener) return provide();
    this.#listen(problem => (problem === null ? provide() : done({ reason: `notify: ${problem}` })));
  }

  /** Continues with a run that an earlier manager has begun; does nothing for one of this manager's. */
  continue(): void {
    if (this.#news || this.#probes.length === 0) return;
    const { transcript } = this.#scene;
    const before = this.#released ?? this.#scene.saved?.readiness;
    this.#released = null;
    this.#output = before?.output ?? [];
    const news = this.#begin(before?.held ?? []);
    if (this.#needsListener) this.#listen(() => {});
    news?.watchOutput(transcript?.readSince(this.#output) ?? []);
  }

  /** The run has ended. */
  end(): void {
    this.#news?.end();
    this.#news = null;
  }

  /** The manager leaves for good. */
  close(): void {
    this.end();
    this.#listener?.end();
    this.#listener = null;
  }

  /** Another manager takes over. */
  release(): void {
    this.#released = this.saved;
    this.end();
    this.#listener?.release();
    this.#listener = null;
  }

  get #probes(): EventProbe[] {
    const { ready, alive } = this.#scene.order.settings;
    return [...(ready ?? []), ...(alive ?? [])].filter(isEventProbe);
  }

  get #needsListener(): boolean {
    return this.#probes.some(isNotify);
  }

  #begin(held: readonly string[]): RunNews | null {
    const { parent, order, eventLog, saveSoon, emit } = this.#scene;
    this.end();
    if (this.#probes.length === 0) return null;
    this.#news = new RunNews(this.#probes, held, {
      parent,
      folder: order.stateFolder,
      insecure: order.settings.insecure,
      transcript: () => this.#scene.transcript,
      heard: () => {
        saveSoon();
        this.onNews();
      },
      trouble: (probe, reason) => {
        eventLog.log('warn', `${probe}: ${reason}`);
        emit({ event: 'probe-failed', setting: 'ready', probe, reason });
      },
    });
    return this.#news;
  }

  /** @param done called with what prevents it, or null */
  #listen(done: (problem: string | null) => void): void {
    const { parent, clock, order, runAs, eventLog } = this.#scene;
    try {
      this.#listener ??= new NotifyListener({
        parent,
        clock,
        folder: order.stateFolder,
        insecure: order.settings.insecure,
        runAs,
        heard: line => this.#read(line),
        lost: () => {
          eventLog.log('warn', 'the process that listens at NOTIFY_SOCKET was killed; another one is begun');
          clock.after(LISTENER_PAUSE, () => this.#listener?.begin(() => {}));
        },
      });
    } catch (error) {
      return done(describeReason(error));
    }
    this.#listener.begin(done);
  }

  #read(line: string): void {
    if (line === 'STOPPING=1') this.#scene.eventLog.log('info', 'the program says that it is stopping');
    if (line.startsWith('WATCHDOG=')) this.onWatchdog(line === 'WATCHDOG=1');
    this.#news?.readNotice(line);
  }

  #makeEnvironment(): Record<string, string> {
    if (!this.#needsListener) return {};
    const { stateFolder, settings } = this.#scene.order;
    const microseconds = String(Math.round(settings.aliveEvery * 1e6));
    return {
      NOTIFY_SOCKET: nameNotifySocket(stateFolder, this.#scene.runAs),
      ...(settings.alive?.some(isNotify) ? { WATCHDOG_USEC: microseconds } : {}),
    };
  }
}

function isNotify({ kind }: Probe): boolean {
  return kind === 'notify';
}
