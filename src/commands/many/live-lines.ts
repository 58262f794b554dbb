import { findLongestPreparation } from '../../client/bring-up';
import { describing } from '../../client/describe-wait';
import type { Fleet } from '../../settings/fleet/fleet';
import { chooseLook, colourOf, glyphsOf, type Look, paint, signOf } from '../../system/terminal';
import { cut, tameText } from '../../system/text/columns';
import { LiveRows } from '../../system/text/live-rows';
import type { Display } from './display';
import { contextOf, type Outcome, type World } from './run-member';

/** Seconds that a program is worked on before it has a line: most are done sooner. */
const PATIENCE = 0.4;
const INTERVAL = 1;
/** Rows that the lines leave free. */
const FREE = 2;

/** A program that is worked on. */
interface Busy {
  since: number;
  /** What is waited for; null until that is known. */
  text: string | null;
}

/**
 * Outcomes on a terminal: below those that are known, each program that is still worked on has a line that says what is
 * waited for.
 */
export class LiveLines implements Display {
  readonly #world: World;
  readonly #fleet: Fleet;
  readonly #lines: Display;
  readonly #rows: LiveRows;
  readonly #busy = new Map<string, Busy>();
  #cancel: (() => void) | null = null;

  /** @param lines show the outcomes */
  constructor(world: World, fleet: Fleet, lines: Display) {
    this.#world = world;
    this.#fleet = fleet;
    this.#lines = lines;
    this.#rows = new LiveRows(text => void world.stdout.write(text));
  }

  begin(name: string): void {
    this.#busy.set(name, { since: this.#world.clock.now(), text: null });
    this.#cancel ??= this.#world.clock.after(PATIENCE, () => this.#tick());
  }

  show(outcome: Outcome): void {
    this.#busy.delete(outcome.name);
    this.#rows.draw([]);
    this.#lines.show(outcome);
    this.#draw();
    if (this.#busy.size === 0) this.#stop();
  }

  end(): void {
    this.#busy.clear();
    this.#stop();
    this.#rows.draw([]);
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Only those that have a line are asked. */
  #tick(): void {
    this.#draw();
    const room = this.#size.rows - FREE;
    for (const [name, busy] of [...this.#listed].slice(0, room)) this.#ask(name, busy);
    this.#cancel = this.#world.clock.after(INTERVAL, () => this.#tick());
  }

  #ask(name: string, busy: Busy): void {
    const member = this.#fleet.members.find(one => one.name === name);
    if (!member) return;
    const context = contextOf({ world: this.#world }, member);
    const ready = member.configuration.settings.startTimeout;
    const describe = describing(context, { ready, waitFor: findLongestPreparation(context) });
    const show = (text: string | null) => {
      if (this.#busy.get(name) !== busy) return;
      busy.text = text;
      this.#draw();
    };
    // The next second asks again.
    describe(this.#secondsOf(busy)).then(show, () => {});
  }

  #draw(): void {
    const { columns, rows } = this.#size;
    const look = { ...chooseLook({ columns }, process.env), columns: columns - 1 };
    const lines = [...this.#listed].map(([name, busy]) => this.#format(name, busy, look));
    this.#rows.draw(shorten(lines, Math.max(1, rows - FREE), look));
  }

  #format(name: string, busy: Busy, look: Look): string {
    const sign = paint(signOf('between', look), colourOf('between'), look);
    const text = busy.text ?? `${name}: ${this.#secondsOf(busy)} s`;
    return `${sign} ${cut(tameText(text), look.columns - 2, glyphsOf(look).ellipsis)}`;
  }

  get #listed(): Iterable<[string, Busy]> {
    const now = this.#world.clock.now();
    return [...this.#busy].filter(([, { since }]) => now - since >= PATIENCE * 0.9);
  }

  #secondsOf({ since }: Busy): number {
    return Math.floor(this.#world.clock.now() - since);
  }

  get #size(): { columns: number; rows: number } {
    const { columns = 80, rows = 24 } = this.#world.stdout as { columns?: number; rows?: number };
    return { columns, rows };
  }
}

/** As many as there is room for, and how many there are besides. */
export function shorten(lines: readonly string[], most: number, look: Look): string[] {
  if (lines.length <= most) return [...lines];
  const shown = lines.slice(0, most - 1);
  return [...shown, `${glyphsOf(look).ellipsis} ${lines.length - shown.length} more`];
}
