import type { News } from '../../protocol/events';
import type { LaunchOrder } from '../../protocol/launch-order';
import type { Clock } from '../../system/clock';
import type { EventLog } from '../event-log';
import { FileWatch } from './file-watch';
import { type Applied, runApply } from './run-apply';

/** Seconds after a change: an editor may write a file in several steps. */
const PAUSE = 0.2;

export interface ConfigWatchOptions {
  clock: Clock;
  eventLog: Pick<EventLog, 'log'>;
  /** The order that the manager follows now. */
  order(): LaunchOrder;
  /** The program's environment, before the configured variables are added. */
  environment: Record<string, string | undefined>;
  emit(news: News): void;
  /** Whether the manager acts; not while it hands over to another one. */
  isActing(): boolean;
  run?: typeof runApply;
}

/** Applies the configuration when it is saved with other content. */
export class ConfigWatch {
  /** Why the file as it is now is not applied, or null. */
  fault: string | null = null;
  readonly #options: ConfigWatchOptions;
  #watch: FileWatch | null = null;
  #paths: string[] = [];
  #cancel = () => {};
  #isRunning = false;
  #isDue = false;

  constructor(options: ConfigWatchOptions) {
    this.#options = options;
  }

  /** Watches the files of the present order, or none if it does not say so. */
  update(): void {
    const { settings, source } = this.#options.order();
    const paths = settings.watchConfig && source?.file ? [source.file, ...(source.includes ?? [])] : [];
    // A client that sends new settings has read the file without an error.
    this.fault = null;
    if (paths.join('\0') === this.#paths.join('\0')) return;
    this.close();
    this.#paths = paths;
    if (paths.length === 0) return;
    const { clock } = this.#options;
    this.#watch = new FileWatch({
      clock,
      paths,
      isOwn: () => false,
      failed: (path, reason) =>
        this.#tell({ event: 'watch-failed', path, reason }, `cannot watch ${path}: ${reason}`),
      changed: () => {
        this.#tell({ event: 'config-changed', file: paths[0] }, `${paths[0]} has changed`);
        this.applySoon();
      },
    });
    this.#watch.isRegular = true;
    void this.#watch.look();
  }

  /** Applies what is there, for example after a time without a manager. */
  applySoon(): void {
    if (this.#paths.length === 0) return;
    this.#cancel();
    this.#cancel = this.#options.clock.after(PAUSE, () => void this.#apply());
  }

  close(): void {
    this.#cancel();
    this.#watch?.close();
    this.#watch = null;
    this.#paths = [];
    this.fault = null;
  }

  /** Runs one at a time: a file that is saved during a run is applied next. */
  async #apply(): Promise<void> {
    // If the manager to which this one hands over does not come, it is applied here.
    if (!this.#options.isActing()) return this.applySoon();
    this.#isDue = this.#isRunning;
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { run = runApply, environment, order } = this.#options;
    const applied = await run(order(), environment);
    this.#isRunning = false;
    // The settings that it has applied may have ended this.
    if (this.#paths.length > 0 && this.#options.isActing()) this.#report(applied);
    if (this.#isDue && this.#paths.length > 0) await this.#apply();
  }

  #report({ status, reason }: Applied): void {
    const file = this.#paths[0];
    this.fault = status === 0 ? null : reason;
    if (status !== 0) this.#tell({ event: 'config-failed', file, reason }, `cannot apply ${file}: ${reason}`);
  }

  #tell(news: News, text: string): void {
    this.#options.eventLog.log(news.event === 'config-changed' ? 'info' : 'warn', text);
    this.#options.emit(news);
  }
}
