import type { SendParams } from '../../protocol/sending';
import { CONTROL } from '../../settings/values';
import type { SavedInput } from '../../state/saved-state';
import type { Source } from '../parent/parent';
import type { Scene } from '../scene';
import type { InputHolder, ProgramInput } from './holder';
import type { SendQueue } from './send-queue';

type InputScene = Omit<Scene, 'readiness' | 'input'>;

/** Completes a scene, whose getters stay. */
export function addInput(scene: InputScene): Omit<Scene, 'readiness'> {
  return Object.assign(scene, { input: new LazyInput(scene) });
}

class LazyInput implements InputHolder {
  readonly #scene: InputScene;
  #present: ProgramInput | null = null;
  #queue: SendQueue | null = null;

  constructor(scene: InputScene) {
    this.#scene = scene;
  }

  begin(): Source | null {
    this.endRun();
    if (this.#useConsole()) return null;
    if (this.#scene.order.settings.stdin !== CONTROL) return null;
    const { input, source } = loadBundle().makeControlInput(this.#scene);
    this.#present = input;
    return source;
  }

  continueRun(pid: number | null): void {
    const state = this.#scene.saved?.input;
    if (pid !== null && this.#useConsole()) return;
    if (state && pid !== null) this.#present = loadBundle().findControlInput(this.#scene, state, pid);
  }

  endRun(): void {
    this.#present?.close();
    this.#present = null;
  }

  release(): void {
    this.#queue?.hold();
    this.#present?.interrupt('moved');
  }

  resume(): void {
    this.#queue?.release();
  }

  async send(params: SendParams): ReturnType<InputHolder['send']> {
    const input = this.#present;
    if (!input) return { sent: 0, refused: 'none' };
    if (params.keys && !input.isConsole) return { sent: 0, refused: 'no console' };
    this.#queue ??= new (loadBundle().SendQueue)(this.#scene.clock);
    return this.#queue.send(input, params);
  }

  /** @returns whether the run has a terminal */
  #useConsole(): boolean {
    if (!this.#scene.transcript?.console?.isOpen) return false;
    this.#present = new (loadConsole().ConsoleInput)(this.#scene);
    return true;
  }

  get saved(): SavedInput | undefined {
    return this.#present?.state;
  }
}

function loadBundle(): typeof import('./bundle') {
  return require('./bundle') as typeof import('./bundle');
}

function loadConsole(): typeof import('../console/bundle') {
  return require('../console/bundle') as typeof import('../console/bundle');
}
