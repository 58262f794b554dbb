import { ExitStatus } from '../../../system/errors';
import { chooseLook } from '../../../system/terminal';
import type { Entry } from '../../list/entries';
import type { SplitRequest } from '../../many/request';
import { Stage } from '../stage';
import { Actions } from './actions';
import { layOutFleet, roomFor } from './layout';
import { Programs } from './programs';
import { chooseEntries, move, newView, nextSort, settle } from './view';

/** Seconds between two pictures, however much happens, and between two looks at the output. */
const REST = 0.1;
const OUTPUT_EVERY = 0.5;

/**
 * `top` for many programs: on the whole screen, the list above and the output of the selected one below.
 *
 * @returns 0 when the user has left it
 */
export function showFleet(request: SplitRequest): Promise<number> {
  return new FleetPanel(request).run();
}

class FleetPanel {
  readonly #request: SplitRequest;
  readonly #programs: Programs;
  readonly #actions: Actions;
  readonly #stage: Stage;
  readonly #view = newView();
  #leave = () => {};
  #cancelDraw: (() => void) | null = null;
  #shown: Entry[] = [];
  #visible: ReadonlySet<string> = new Set();

  constructor(request: SplitRequest) {
    this.#request = request;
    this.#programs = new Programs(request, () => this.#drawSoon());
    this.#actions = new Actions(request, () => this.#drawSoon());
    this.#stage = new Stage({
      stdout: request.world.stdout as NodeJS.WriteStream,
      isWhole: true,
      pressed: keys => this.#press(keys),
      changed: () => this.#draw(),
      lost: () => this.#leave(),
    });
  }

  async run(): Promise<number> {
    const { interrupt, clock } = this.#request.world;
    const left = new Promise<void>(resolve => {
      this.#leave = resolve;
    });
    const onInterrupt = () => this.#leave();
    interrupt.addEventListener('abort', onInterrupt, { once: true });
    const cancels = new Map<string, () => void>();
    const repeat = (name: string, act: () => number) => {
      const again = () => cancels.set(name, clock.after(act(), again));
      again();
    };
    try {
      await this.#programs.open();
      this.#stage.open();
      this.#draw();
      repeat('sample', () => {
        this.#programs.tick();
        const pause = this.#programs.sample(this.#visible);
        this.#drawSoon();
        return pause;
      });
      repeat('output', () => {
        this.#programs.tickOutput();
        return OUTPUT_EVERY;
      });
      await left;
    } finally {
      for (const cancel of cancels.values()) cancel();
      this.#cancelDraw?.();
      this.#programs.close();
      this.#actions.close();
      this.#stage.close();
      interrupt.removeEventListener('abort', onInterrupt);
    }
    return ExitStatus.done;
  }

  /** Many things happen at once; the screen is drawn once. */
  #drawSoon(): void {
    this.#cancelDraw ??= this.#request.world.clock.after(REST, () => this.#draw());
  }

  #draw(): void {
    this.#cancelDraw?.();
    this.#cancelDraw = null;
    if (!this.#stage.screen.isOpen) return;
    const { columns, rows } = this.#stage.size;
    const look = { ...chooseLook({ columns }, process.env), columns };
    const all = this.#programs.list(this.#visible);
    this.#shown = chooseEntries(all, this.#view);
    const room = roomFor(this.#shown.length, rows);
    settle(this.#view, this.#names, room);
    this.#visible = new Set(this.#names.slice(this.#view.first, this.#view.first + room));
    this.#programs.select(this.#view.selected);
    const picture = {
      file: this.#request.fleet.file,
      entries: this.#shown,
      count: all.length,
      view: this.#view,
      output: this.#programs.output,
      message: this.#actions.text,
    };
    this.#stage.screen.draw(layOutFleet(picture, look, rows));
  }

  get #names(): string[] {
    return this.#shown.map(({ name }) => name);
  }

  #press(keys: string): void {
    // A key that sends several characters comes as a whole.
    for (const key of keys.startsWith('\x1b') ? [keys] : keys) {
      if (key === '\x03' || key === '\x04') return this.#leave();
      if (this.#view.isTyping) this.#type(key);
      else if (!this.#actions.take(key) && this.#command(key)) return this.#leave();
    }
    this.#draw();
  }

  /** A key of the filter. */
  #type(key: string): void {
    if (key === '\x1b') this.#view.filter = '';
    if (key === '\x1b' || key === '\r' || key === '\n') this.#view.isTyping = false;
    else if (key === '\x7f' || key === '\b') this.#view.filter = this.#view.filter.slice(0, -1);
    else if (/^\P{Cc}$/u.test(key)) this.#view.filter += key;
  }

  /** @returns whether the user leaves */
  #command(key: string): boolean {
    const view = this.#view;
    if (key === 'q') return true;
    if (key === '\x0c') this.#stage.screen.clear();
    if (view.mode === 'help') {
      view.mode = 'list';
      return false;
    }
    const page = Math.max(1, this.#visible.size - 1);
    const steps: Record<string, number> = {
      '\x1b[A': -1,
      '\x1bOA': -1,
      k: -1,
      '\x1b[B': 1,
      '\x1bOB': 1,
      j: 1,
      '\x1b[5~': -page,
      '\x1b[6~': page,
    };
    if (Object.hasOwn(steps, key)) move(view, this.#names, steps[key] ?? 0);
    if (key === '\r' || key === '\n') view.mode = view.mode === 'list' ? 'output' : 'list';
    if (key === '\x1b') {
      if (view.mode === 'list') view.filter = '';
      view.mode = 'list';
    }
    if (key === '?') view.mode = 'help';
    if (key === '/') Object.assign(view, { isTyping: true, mode: 'list' });
    if (key === 'S') view.sort = nextSort(view.sort);
    if (key === 's') this.#actions.begin('start', view.selected);
    if (key === 'x') this.#actions.begin('stop', view.selected);
    if (key === 'r') this.#actions.begin('restart', view.selected);
    return false;
  }
}
