import { encodeLine, type OutputLine } from '../../../protocol/output-lines';
import { showControls, writeJson } from '../../../system/show-controls';
import { chooseLook } from '../../../system/terminal';
import { pad } from '../../../system/text/columns';
import { Neutraliser } from '../../output/tail/escape-controls';
import type { World } from '../run-member';

/** Bytes that wait for a reader of standard output; beyond that, lines are dropped. */
const MOST_WAITING = 4 << 20;
/** SGR codes of names. */
const COLOURS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];
const NEWLINE = Buffer.from('\n');

export interface VoiceOptions {
  hasPrefix: boolean;
  json: boolean;
}

/** Writes what programs say to standard output, and what happens to them to standard error. */
export class Voice {
  readonly #world: World;
  readonly #options: VoiceOptions;
  readonly #isTerminal: boolean;
  readonly #hasColours: boolean;
  readonly #names: string[] = [];
  readonly #neutralisers = new Map<string, Neutraliser>();
  #width = 0;
  #dropped = 0;

  constructor(world: World, options: VoiceOptions) {
    const stdout = world.stdout as NodeJS.WriteStream;
    this.#world = world;
    this.#options = options;
    this.#isTerminal = stdout.isTTY === true;
    this.#hasColours = this.#isTerminal && chooseLook(stdout, process.env).hasColours;
    // Node writes to a pipe synchronously: with a reader that has stopped, no signal would be handled.
    (stdout as { _handle?: { setBlocking?(isBlocking: boolean): void } })._handle?.setBlocking?.(false);
  }

  /** The names that come in front of lines: all get the width of the longest. */
  know(names: readonly string[]): void {
    for (const name of names) if (!this.#names.includes(name)) this.#names.push(name);
    this.#width = Math.max(0, ...names.map(name => name.length));
  }

  /** A line of a program. */
  line(name: string, line: OutputLine): void {
    const { stdout } = this.#world;
    if (stdout.writableLength > MOST_WAITING) {
      this.#dropped += 1;
      return;
    }
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (dropped > 0) this.say(`${dropped} lines were dropped: standard output was not read in time`);
    if (this.#options.json) stdout.write(`${writeJson({ program: name, ...encodeLine(line) })}\n`);
    else stdout.write(Buffer.concat([Buffer.from(this.#prefix(name, '|')), this.#tame(name, line), NEWLINE]));
  }

  /** With `--json`, a line of its own. */
  object(object: object): void {
    this.#world.stdout.write(`${writeJson(object)}\n`);
  }

  /** Something that has happened to a program. */
  news(name: string, text: string, object: object): void {
    if (this.#options.json) this.object(object);
    else this.#world.stderr.write(`${this.#prefix(name, ':') || `${name}: `}${showControls(text)}\n`);
  }

  /** A line of `up` itself. */
  say(text: string): void {
    this.#world.stderr.write(`zd: ${showControls(text)}\n`);
  }

  /** The end begins. */
  sayEnd(count: number): void {
    const isTerminal = (this.#world.stderr as NodeJS.WriteStream).isTTY === true;
    // The terminal has shown ^C.
    if (isTerminal) this.#world.stderr.write('\n');
    const what = count === 1 ? 'the program' : `all ${count} programs`;
    this.say(`stopping ${what}${isTerminal ? '; Ctrl-C once more does not wait for them' : ''}`);
  }

  /** A line of a plan. */
  plan(text: string): void {
    if (!this.#options.json) this.#world.stderr.write(`${showControls(text)}\n`);
  }

  #prefix(name: string, mark: string): string {
    if (!this.#options.hasPrefix) return '';
    const text = `${pad(name, this.#width)} ${mark}`;
    const colour = COLOURS[this.#names.indexOf(name) % COLOURS.length];
    return this.#hasColours ? `\x1b[${colour}m${text}\x1b[0m ` : `${text} `;
  }

  /** What programs say cannot attack the terminal. */
  #tame(name: string, { bytes }: OutputLine): Buffer {
    if (!this.#isTerminal) return bytes;
    const neutraliser = this.#neutralisers.get(name) ?? new Neutraliser();
    this.#neutralisers.set(name, neutraliser);
    return Buffer.concat([neutraliser.consume(bytes), neutraliser.flush()]);
  }
}
