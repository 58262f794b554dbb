import type { OutputParams, OutputReply } from '../protocol/messages';
import type { ReadParams } from '../protocol/output-lines';
import { CONTROL } from '../settings/values';
import { LazyVisitors } from './console/lazy';
import type { Requests } from './control/requests';
import type { Readers } from './events/readers';
import type { Supervisor } from './supervisor';
import type { Transcript } from './transcript/transcript';

/** The requests that concern the output of the program, and those who watch it. */
export class OutputRequests {
  readonly visitors: LazyVisitors;
  readonly #parts: { readonly transcript: Transcript | null };
  readonly #supervisor: Supervisor;
  /** Loaded for the first reader. */
  #readers: Readers | null = null;

  /** @param parts its transcript can be another one after a handover that has failed */
  constructor(supervisor: Supervisor, parts: { readonly transcript: Transcript | null }) {
    this.#parts = parts;
    this.#supervisor = supervisor;
    this.visitors = new LazyVisitors({
      events: supervisor.events,
      transcript: () => this.#findTranscript(),
      takesLines: () => supervisor.order.settings.stdin === CONTROL,
    });
  }

  async output({ after, wait }: OutputParams): Promise<OutputReply> {
    if (wait && after !== undefined) await this.#findTranscript().awaitOutput(after);
    const { ring } = this.#findTranscript();
    // A position of another manager means nothing here.
    const bytes = ring.read(after !== undefined && after <= ring.total ? after : 0);
    const { total: to } = ring;
    return { managerPid: process.pid, from: to - bytes.length, to, bytes: bytes.toString('base64') };
  }

  /** See `Readers.read`. */
  read(params: ReadParams): ReturnType<Requests['read']> {
    this.#readers ??= this.#makeReaders();
    return this.#readers.read(params);
  }

  /** Ends the connections of all who follow the output, before another manager takes over. */
  dismiss(): void {
    this.visitors.dismiss();
    this.#readers?.dismiss();
  }

  #makeReaders(): Readers {
    const { Readers } = require('./events/readers') as typeof import('./events/readers');
    const supervisor = this.#supervisor;
    return new Readers({
      events: supervisor.events,
      transcript: () => this.#findTranscript(),
      isUp: () => supervisor.life.pid !== null,
    });
  }

  /** @throws an Error while there is none */
  #findTranscript(): Transcript {
    const { transcript } = this.#parts;
    if (transcript) return transcript;
    throw new Error('the output is not in memory: it goes to the terminal, or to the next manager');
  }
}
