import type { TranscriptSettings } from '../../settings/settings';
import { RotatingFile } from '../transcript/files/rotation';
import { openSinks } from '../transcript/open-sinks';
import type { FileOptions } from '../transcript/options';
import type { Destination } from '../transcript/sink';
import type { Target } from '../transcript/target';
import { makePlainText } from '../transcript/text/make-plain-text';
import type { PlainText } from '../transcript/text/plain-text';

export interface StreamOptions
  extends Pick<FileOptions, 'name' | 'path' | 'settings' | 'folder' | 'clock' | 'log'> {
  /** Called when there is room again. */
  onRoom(): void;
}

/** One file of the transcript. */
export class RecordedStream {
  readonly sink: Destination;
  readonly #target: Target;
  readonly #plainText: PlainText | null;
  readonly #settings: TranscriptSettings;

  /** @throws the system's error, naming the file; UsageError for an unknown owner */
  constructor(options: StreamOptions) {
    const { settings, onRoom } = options;
    this.#settings = settings;
    const sinks = openSinks({ ...options, runAs: null, mayLack: false }, { onRoom });
    this.sink = sinks.all;
    this.#target = sinks.target;
    this.#plainText = settings.transcriptPlain ? makePlainText() : null;
  }

  /** Another run begins: with a line of its own, or with another file. */
  beginRun(): void {
    const { sink } = this;
    if (this.#settings.transcriptRotateStart && this.#target instanceof RotatingFile) {
      if (!this.#target.isEmpty && sink.problem === null) this.#target.beginRun();
      sink.noteFileEnd(this.#target.endsLine());
    }
    this.#plainText?.reset();
    sink.endLine();
  }

  write(bytes: Buffer): void {
    const put = (from: Buffer, start: number, end: number) => this.sink.write(from, start, end);
    if (this.#plainText) this.#plainText.pass(bytes, 0, bytes.length, put);
    else put(bytes, 0, bytes.length);
  }
}
