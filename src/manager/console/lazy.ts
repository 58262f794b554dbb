import type { AttachParams, AttachReply, ResizeParams } from '../../protocol/console';
import type { Answer } from '../control/connection';
import type { Visitors, VisitorsOptions } from './visitors';

/** Visitors of the console; the code for them is loaded for the first one. */
export class LazyVisitors {
  readonly #options: VisitorsOptions;
  #loaded: Visitors | null = null;

  constructor(options: VisitorsOptions) {
    this.#options = options;
  }

  /** See `Visitors.attach`. */
  attach(params: AttachParams): { reply: AttachReply; follow: NonNullable<Answer['follow']> } {
    this.#loaded ??= new (loadVisitors().Visitors)(this.#options);
    return this.#loaded.attach(params);
  }

  /** See `Visitors.resize`. */
  resize(params: ResizeParams): void {
    if (!this.#loaded) throw new Error('there is no such visitor');
    this.#loaded.resize(params);
  }

  /** See `Visitors.noteTyping`. */
  noteTyping(id: number | undefined): void {
    if (id !== undefined) this.#loaded?.noteTyping(id);
  }

  /** See `Visitors.dismiss`. */
  dismiss(): void {
    this.#loaded?.dismiss();
  }
}

function loadVisitors(): typeof import('./visitors') {
  return require('./visitors');
}
