import type { Attendant, AttendantParts, AttendedRun } from './attendant';

/** Makes an attendant if the settings ask for it; requires its module only then, so that others do not load it. */
type Factory = (parts: AttendantParts) => Attendant | null;

const factories: Factory[] = [
  ({ readiness }) => readiness.makeAlive(),
  parts => (parts.order.settings.restartEvery === null ? null : loadRenewal().attendAge(parts)),
  parts => (parts.order.settings.memoryLimit === null ? null : loadRenewal().attendMemory(parts)),
  parts => {
    if (parts.order.settings.restartOnChange !== null) return loadRenewal().attendFiles(parts);
    renewal?.forgetFiles(parts);
    return null;
  },
];

/** All attendants of the present run. */
export class Attendants {
  readonly #parts: AttendantParts;
  #present: Attendant[] = [];
  #run: AttendedRun | null = null;
  /** With which settings they were made; an order is never changed, only replaced. */
  #settings: object | null = null;
  #isPaused = false;

  constructor(parts: AttendantParts) {
    this.#parts = parts;
  }

  /** Makes them anew, because settings may have changed since the last run. */
  begin(pid: number, startedAt: number | null): void {
    this.end();
    const run = { pid, startedAt: startedAt ?? this.#parts.clock.now() };
    this.#run = run;
    this.#settings = this.#parts.order.settings;
    this.#present = factories.flatMap(make => make(this.#parts) ?? []);
    for (const attendant of this.#present) attendant.begin(run);
  }

  /** The files of `restart-on-change` that are not there. */
  get missing(): readonly string[] {
    return renewal?.findMissing(this.#parts) ?? [];
  }

  /** Settings may have changed while a run is attended. */
  update(): void {
    const isPaused = this.#isPaused;
    if (!this.#run || isSame(this.#parts.order.settings, this.#settings)) return;
    this.begin(this.#run.pid, this.#run.startedAt);
    if (isPaused) this.pause();
  }

  /** A program is about to be started: what it reads at its start must be known. */
  expect(): void {
    if (this.#parts.order.settings.restartOnChange !== null) loadRenewal().watchFiles(this.#parts);
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    for (const attendant of this.#present) attendant.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    for (const attendant of this.#present) attendant.resume();
  }

  end(): void {
    this.#isPaused = false;
    this.#run = null;
    for (const attendant of this.#present.splice(0)) attendant.end();
  }
}

let renewal: typeof import('./watch/renewal') | null = null;

/** Most managers have no such setting. */
function loadRenewal(): typeof import('./watch/renewal') {
  renewal ??= require('./watch/renewal') as typeof import('./watch/renewal');
  return renewal;
}

/** Only of values that go over the wire. */
function isSame(one: object, other: object | null): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
