import type { Supervisor } from './supervisor';
import type { SupervisorParts } from './supervisor-parts';
import type { ConfigWatch } from './watch/config-watch';

/** Watches the configuration file while the settings say so, whatever happens to the program. */
export class ConfigWatching {
  readonly #supervisor: Supervisor;
  readonly #parts: Pick<SupervisorParts, 'clock' | 'eventLog' | 'environment'>;
  #watch: ConfigWatch | null = null;

  constructor(supervisor: Supervisor, parts: Pick<SupervisorParts, 'clock' | 'eventLog' | 'environment'>) {
    this.#supervisor = supervisor;
    this.#parts = parts;
  }

  /** Why the file as it is now is not applied, or null. */
  get fault(): string | null {
    return this.#watch?.fault ?? null;
  }

  /**
   * Follows the present settings.
   *
   * @param mayHaveChanged there was no manager for a moment: what is in the file now is applied
   */
  update(mayHaveChanged = false): void {
    if (!this.#watch && !this.#supervisor.order.settings.watchConfig) return;
    this.#watch ??= this.#make();
    this.#watch.update();
    if (mayHaveChanged) this.#watch.applySoon();
  }

  /** Most managers have no such setting. */
  #make(): ConfigWatch {
    const { ConfigWatch: Watch } = require('./watch/renewal') as typeof import('./watch/renewal');
    const supervisor = this.#supervisor;
    return new Watch({
      ...this.#parts,
      order: () => supervisor.order,
      emit: news => supervisor.events.emit(news),
      isActing: () => !supervisor.isFrozen && supervisor.life.name !== 'gone',
    });
  }
}
