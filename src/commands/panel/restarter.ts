import { Writable } from 'node:stream';
import { markFiles } from '../../client/configured/mark-files';
import type { ActionContext } from '../../client/context';
import { nameInMessages } from '../../client/preflight/name';
import { describeReason } from '../../system/errors';
import { tameLine } from '../../system/text/columns';
import { restart } from '../run/restart';

/** Seconds that an answer stays. */
const SHOWN = 8;

/** Restarts the program from the panel, after a question. */
export class Restarter {
  /** What the last row says instead of the keys; null for them. */
  text: string | null = null;
  readonly #context: ActionContext;
  readonly #changed: () => void;
  readonly #mark: string;
  readonly #over = new AbortController();
  #state: 'idle' | 'asking' | 'busy' = 'idle';
  #forget = () => {};

  constructor(context: ActionContext, changed: () => void) {
    this.#context = context;
    this.#changed = changed;
    this.#mark = markFiles(context.configuration);
  }

  get isBusy(): boolean {
    return this.text !== null;
  }

  /** Whether the configuration is not the one that was read. */
  get isOutdated(): boolean {
    return markFiles(this.#context.configuration) !== this.#mark;
  }

  /** Waits for nothing any more; a restart that was asked for goes on. */
  close(): void {
    this.#over.abort();
    this.#forget();
  }

  /** Asks whether it is meant. */
  ask(): void {
    if (this.#state === 'busy') return;
    // The file was read when the panel was opened, and a restart has to follow what it says now.
    if (this.isOutdated) {
      this.#answer(`${this.#context.configuration.file} has changed: leave, and type zd restart`);
      return;
    }
    this.#state = 'asking';
    this.text = ` restart ${nameInMessages(this.#context)}? y restarts it, any other key does not`;
  }

  /** @returns whether the key was an answer */
  take(key: string): boolean {
    if (this.#state !== 'asking') return false;
    this.#state = 'idle';
    this.text = null;
    if (key === 'y' || key === 'Y') this.#restart();
    return true;
  }

  #restart(): void {
    this.#state = 'busy';
    this.text = ' restarting';
    runRestart(this.#context, this.#over.signal).then(text => this.#answer(text));
  }

  #answer(text: string): void {
    this.#state = 'idle';
    if (this.#over.signal.aborted) return;
    const shown = ` ${tameLine(text)}`;
    this.text = shown;
    this.#changed();
    this.#forget();
    this.#forget = this.#context.clock.after(SHOWN, () => {
      if (this.text !== shown) return;
      this.text = null;
      this.#changed();
    });
  }
}

/** Runs the command as it is, and returns the last line that it prints. */
async function runRestart(context: ActionContext, interrupt: AbortSignal): Promise<string> {
  const lines: string[] = [];
  const write = (text: string) => void lines.push(...text.split('\n').filter(line => line.trim() !== ''));
  const sink = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      write(String(chunk));
      done();
    },
  });
  const own: ActionContext = Object.create(context, {
    write: { value: write },
    stdout: { value: sink },
    stderr: { value: sink },
    quiet: { value: true },
    interrupt: { value: interrupt },
  });
  try {
    await restart(own, []);
  } catch (error) {
    write(describeReason(error));
  }
  return lines.findLast(line => !line.startsWith('  ')) ?? 'restarted';
}
