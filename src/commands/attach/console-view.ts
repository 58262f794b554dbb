import type { ActionContext } from '../../client/context';
import type { Notice } from '../../client/following/subscription';
import type { Visit } from '../../client/following/visit';
import type { OutputNotice, ScreenSize } from '../../protocol/console';
import type { SendRefusal } from '../../protocol/sending';
import { byteOf, showKey } from '../../settings/value-types/keys';
import { sleep } from '../../system/clock';
import { ShownOutput } from './continued';
import { VisitorTerminal } from './terminal';
import { Typing } from './typing';
import { tellEvent, type View, type ViewOptions } from './view';

/** Seconds for the first line before a program that draws a screen covers it. */
const READING_TIME = 1.5;
/** Switches to the other screen of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches control characters
const ALTERNATE = /\x1b\[\?(?:1049|1047|47)h/;

/** Shows the terminal of the program on that of the visitor, and passes on every key. */
export class ConsoleView implements View {
  readonly #context: ActionContext;
  readonly #options: ViewOptions;
  readonly #terminal = new VisitorTerminal();
  readonly #typing: Typing;
  readonly #shown = new ShownOutput();
  readonly #detach: number;
  #isFirst = true;
  /** Of the program's terminal. */
  #size: ScreenSize;
  #isTold = false;

  constructor(context: ActionContext, options: ViewOptions) {
    this.#context = context;
    this.#options = options;
    this.#size = this.#terminal.size;
    this.#detach = byteOf(options.detachKey);
    this.#typing = new Typing(context, why => this.#refuse(why));
  }

  async begin({ reply }: Visit): Promise<void> {
    this.#typing.begin(reply.visitor);
    const bytes = Buffer.from(reply.bytes, 'base64');
    if (!this.#isFirst) return this.#continue(bytes);
    this.#isFirst = false;
    this.#size = reply.size ?? this.#size;
    this.#terminal.enter({
      typed: typed => this.#type(typed),
      resized: () => this.#resize(),
      resumed: () => this.#redraw(),
      ended: this.#options.ended,
    });
    const { name, detachKey, readOnly } = this.#options;
    const what = readOnly ? 'watching the console' : 'console';
    const note = readOnly ? describeMismatch(this.#size, this.#terminal.size) : '';
    process.stdout.write(`zd: ${what} of ${name}; leave with ${showKey(detachKey)}${note}\r\n`);
    await this.#replay(bytes);
    // What has scrolled out of the memory of the manager, only the program can draw again.
    if (!reply.isWhole) this.#redraw();
  }

  async take(notice: Parameters<View['take']>[0]): Promise<void> {
    if ('event' in notice) return this.#tell(notice);
    if ('bytes' in notice) return this.#show(notice);
    this.#size = notice.size;
  }

  leave(): void {
    this.#terminal.leave();
  }

  #tell(notice: Notice): void {
    // What it drew is of no use any more.
    if (notice.event === 'exited') this.#terminal.reset();
    if (notice.event === 'started') this.#isTold = false;
    const text = tellEvent(notice);
    if (text !== null && !this.#terminal.isAlternate) this.#terminal.note(text);
  }

  async #show(notice: Extract<OutputNotice, { bytes: string }>): Promise<void> {
    const bytes = Buffer.from(notice.bytes, 'base64');
    this.#shown.add(bytes);
    if (!('dropped' in notice)) return this.#terminal.write(bytes);
    this.#terminal.reset();
    this.#terminal.note(`zd: ${notice.dropped} bytes were not read in time, and are left out here`);
    await this.#replay(bytes);
  }

  /** Another manager has taken over. */
  async #continue(bytes: Buffer): Promise<void> {
    const rest = this.#shown.findRest(bytes);
    this.#shown.add(rest ?? bytes);
    if (rest) return this.#terminal.write(rest);
    if (bytes.length > 0) {
      this.#terminal.reset();
      this.#terminal.startLine();
      await this.#replay(bytes);
    }
    this.#redraw();
  }

  async #replay(bytes: Buffer): Promise<void> {
    this.#shown.add(bytes);
    if (bytes.length === 0) return;
    const { drawScreen } = require('./screen') as typeof import('./screen');
    const screen = await drawScreen(bytes, this.#size);
    if (ALTERNATE.test(screen)) await sleep(READING_TIME, this.#context.clock);
    await this.#terminal.write(Buffer.from(screen));
  }

  #redraw(): void {
    this.#resize(true);
  }

  #resize(redraw = false): void {
    if (!this.#options.readOnly) this.#typing.resize(this.#terminal.size, redraw);
  }

  #type(bytes: Buffer): void {
    const end = bytes.indexOf(this.#detach);
    const typed = end < 0 ? bytes : bytes.subarray(0, end);
    if (typed.length > 0 && !this.#options.readOnly) this.#typing.type(typed);
    if (end >= 0) this.#options.ended();
  }

  #refuse(why: SendRefusal): void {
    if (why !== 'down' || this.#terminal.isAlternate || this.#isTold)
      return void process.stdout.write('\x07');
    this.#isTold = true;
    this.#terminal.note(`zd: ${this.#options.name} is not running, so nothing takes what is typed`);
  }
}

/** Who only watches has no say in the size, and sees what does not fit in disorder. */
function describeMismatch({ rows, columns }: ScreenSize, window: ScreenSize): string {
  if (rows <= window.rows && columns <= window.columns) return '';
  return `; its terminal has ${rows} rows and ${columns} columns, more than this window`;
}
