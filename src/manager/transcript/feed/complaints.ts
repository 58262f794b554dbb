import type { Clock } from '../../../system/clock';

/** Lines that are passed on within so many seconds. */
const MOST = 10;
const SPAN = 60;
/** Bytes of a line that are kept. */
const LONGEST = 500;

/** Cuts what a command writes into lines and passes them on, not too many: the command may be in trouble for long. */
export class Complaints {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #tell: (line: string) => void;
  #rest = '';
  #since = Number.NEGATIVE_INFINITY;
  #count = 0;
  #missed = 0;

  constructor(clock: Pick<Clock, 'now'>, tell: (line: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  add(bytes: Buffer): void {
    const lines = (this.#rest + bytes.toString('latin1')).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, LONGEST);
    for (const line of lines.map(toText)) if (line !== '') this.#pass(line);
  }

  /** The command has exited: what it wrote last may have no newline. */
  end(): void {
    const last = toText(this.#rest);
    this.#rest = '';
    if (last !== '') this.#pass(last);
  }

  #pass(line: string): void {
    const now = this.#clock.now();
    if (now >= this.#since + SPAN) {
      if (this.#missed > 0) this.#tell(`(${this.#missed} lines left out)`);
      this.#since = now;
      this.#count = 0;
      this.#missed = 0;
    }
    this.#count += 1;
    if (this.#count <= MOST) this.#tell(line);
    else this.#missed += 1;
  }
}

/** Bytes were kept as they are, because a chunk can end within a character. */
function toText(line: string): string {
  return Buffer.from(line.slice(0, LONGEST), 'latin1').toString('utf8').trim();
}
