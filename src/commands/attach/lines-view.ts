import { createInterface, type Interface } from 'node:readline';
import type { ActionContext } from '../../client/context';
import type { Visit } from '../../client/following/visit';
import type { SendRefusal } from '../../protocol/sending';
import { byteOf, showKey } from '../../settings/value-types/keys';
import { showControls } from '../../system/show-controls';
import { Neutraliser } from '../output/tail/escape-controls';
import { ShownOutput } from './continued';
import { Typing } from './typing';
import { tellEvent, type View, type ViewOptions } from './view';

/** How many of the last lines are shown first. */
const LINES = 20;
const ENDS = ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** For a program without a terminal: shows its output, and sends whole lines. */
export class LinesView implements View {
  readonly #options: ViewOptions;
  readonly #typing: Typing;
  readonly #shown = new ShownOutput();
  readonly #neutraliser = new Neutraliser();
  #lines: Interface | null = null;
  #takesLines = false;
  #isAtStart = true;

  constructor(context: ActionContext, options: ViewOptions) {
    this.#options = options;
    this.#typing = new Typing(context, why => this.#refuse(why));
  }

  async begin({ reply }: Visit): Promise<void> {
    this.#typing.begin(reply.visitor);
    const last = Buffer.from(reply.bytes, 'base64');
    this.#takesLines = reply.takesLines && !this.#options.readOnly;
    if (this.#lines) return this.#write(this.#shown.findRest(last) ?? Buffer.alloc(0));
    process.stdout.write(`zd: ${this.#describe(reply.takesLines)}\n`);
    this.#lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: '',
      terminal: true,
    });
    this.#lines.on('line', line => this.#type(`${line}\n`));
    this.#lines.on('SIGINT', this.#options.ended).on('close', this.#options.ended);
    process.stdin.on('keypress', this.#press).on('error', this.#options.ended);
    process.stdout.on('error', this.#options.ended);
    for (const signal of ENDS) process.on(signal, this.#options.ended);
    this.#shown.add(last);
    this.#write(lastLines(last), false);
  }

  async take(notice: Parameters<View['take']>[0]): Promise<void> {
    if ('event' in notice) {
      const text = tellEvent(notice);
      if (text !== null) this.#note(text);
    } else if ('bytes' in notice) {
      const { bytes, dropped } = notice as { bytes: string; dropped?: number };
      if (dropped !== undefined)
        this.#note(`zd: ${dropped} bytes were not read in time, and are left out here`);
      const output = Buffer.from(bytes, 'base64');
      this.#write(dropped === undefined ? output : lastLines(output));
    }
  }

  leave(): void {
    const lines = this.#lines;
    if (!lines) return;
    lines.off('close', this.#options.ended).close();
    process.stdin.off('keypress', this.#press).off('error', this.#options.ended).pause();
    for (const signal of ENDS) process.off(signal, this.#options.ended);
    if (!process.stdout.destroyed) process.stdout.write('\x1b[0m\n');
  }

  readonly #press = (_text: string | undefined, key: { sequence?: string } | undefined) => {
    if (key?.sequence?.charCodeAt(0) === byteOf(this.#options.detachKey)) this.#options.ended();
  };

  #describe(takesLines: boolean): string {
    const { name, readOnly, detachKey } = this.#options;
    const leave = `leave with ${showKey(detachKey)} or Ctrl-C`;
    if (readOnly) return `watching the output of ${name}; ${leave}`;
    if (takesLines)
      return `output of ${name}, which has no terminal (pty); each line that is typed here is sent to it; ${leave}`;
    return `output of ${name}; nothing can be typed: set pty = on for a console, or stdin = control for lines; ${leave}`;
  }

  #type(text: string): void {
    this.#isAtStart = true;
    if (this.#takesLines) this.#typing.type(Buffer.from(text));
    else process.stdout.write('\x07');
  }

  #refuse(why: SendRefusal): void {
    const { name } = this.#options;
    const reasons: Partial<Record<SendRefusal, string>> = {
      down: `${name} is not running`,
      full: 'it does not read what was sent before',
      ended: 'its input was ended with --eof',
      closed: 'it has closed its standard input',
    };
    this.#note(`zd: cannot send the line: ${reasons[why] ?? 'its standard input is not written by zd'}`);
  }

  #note(text: string): void {
    this.#draw(Buffer.from(`${this.#isAtStart ? '' : '\n'}${showControls(text)}\n`));
  }

  #write(bytes: Buffer, isNew = true): void {
    if (isNew) this.#shown.add(bytes);
    if (bytes.length > 0) this.#draw(this.#neutraliser.consume(bytes));
  }

  /** What is being typed stays below the output. */
  #draw(bytes: Buffer): void {
    const isTyping = (this.#lines?.line ?? '') !== '';
    if (isTyping) process.stdout.write('\r\x1b[K');
    process.stdout.write(bytes);
    this.#isAtStart = bytes.at(-1) === 0x0a;
    if (!isTyping) return;
    if (!this.#isAtStart) process.stdout.write('\n');
    this.#lines?.prompt(true);
  }
}

function lastLines(bytes: Buffer): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  return Buffer.from(lines.slice(-LINES - 1).join('\n'), 'latin1');
}
