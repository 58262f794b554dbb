import { captureOutput, Sink } from '../client/capture';
import type { ActionContext } from '../client/context';
import { followEvents } from '../client/following/follow';
import { findEnds } from '../client/history';
import { checkText } from '../client/preflight/trust';
import { findSituation } from '../client/situation';
import { reportSituation } from '../commands/inspect/status';
import { reopenTranscript } from '../commands/output/reopen-transcript';
import { kill } from '../commands/run/kill';
import { restart } from '../commands/run/restart';
import { start } from '../commands/run/start';
import { stop } from '../commands/run/stop';
import { send } from '../commands/send/send';
import { wait } from '../commands/wait/wait';
import { requireProgram } from '../settings/resolve';
import type { Configuration } from '../settings/settings';
import { locateSocket } from '../state/socket-path';
import { systemClock } from '../system/clock';
import { ExitStatus, UsageError, UserError } from '../system/errors';
import type { End, Program, ProgramEvent, Status, Waiting } from './api';
import { EventQueue } from './event-queue';
import { makeError, translateErrors } from './translate-errors';

type Facts = Record<string, unknown>;

/** A program by its configuration; every request does what the command of that name does, and prints nothing. */
export class ConnectedProgram implements Program {
  readonly name: string;
  readonly socket: string;
  readonly configuration: Configuration;

  constructor(name: string, configuration: Configuration) {
    this.name = name;
    this.socket = locateSocket(configuration.settings);
    this.configuration = configuration;
  }

  status(): Promise<Status> {
    return translateErrors(async () => {
      const context = this.#makeContext();
      return reportSituation(context, await findSituation(context)) as Status;
    });
  }

  async start({ signal, args = [], once = false }: Waiting & { args?: string[]; once?: boolean } = {}) {
    const facts = await this.#run(signal, async context => {
      await this.#checkStart(context);
      return start(context, args, { once });
    });
    return { pid: facts.pid as number, changed: facts.changed === true };
  }

  async stop({ signal, now = false }: Waiting & { now?: boolean } = {}) {
    const facts = await this.#run(signal, context => stop(context, now ? { now } : {}));
    return { changed: facts.changed === true };
  }

  async restart({ signal, args = [] }: Waiting & { args?: string[] } = {}) {
    const facts = await this.#run(signal, async context => {
      await this.#checkStart(context);
      return restart(context, args);
    });
    return { pid: facts.pid as number };
  }

  async kill(signal: string | number = 'TERM', { group = false }: { group?: boolean } = {}) {
    const facts = await this.#run(undefined, context => kill(context, String(signal), group));
    return { pid: facts.pid as number };
  }

  async wait({ signal }: Waiting = {}) {
    await this.#run(signal, wait);
  }

  async reopenTranscript() {
    await this.#run(undefined, context => reopenTranscript(context));
  }

  async send(
    data: string | Uint8Array,
    { enter = false, eof = false }: { enter?: boolean; eof?: boolean } = {},
  ) {
    const message = { bytes: Buffer.from(data as string), stream: null, enter, eof, keys: false };
    const facts = await this.#run(undefined, context => send(context, message));
    return { sent: facts.sent as number };
  }

  history(): Promise<End[]> {
    return translateErrors(async () => {
      const context = this.#makeContext();
      return ((await findEnds(context, await findSituation(context))) ?? []) as unknown as End[];
    });
  }

  events({ signal }: Waiting = {}): AsyncIterableIterator<ProgramEvent> {
    const over = new AbortController();
    const end = () => over.abort();
    const queue = new EventQueue<ProgramEvent>(end);
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end, { once: true });
    const take = (notice: ProgramEvent) => queue.push(notice);
    translateErrors(() => followEvents(this.#makeContext(), take as never, over.signal))
      .then(wasThere => queue.finish(wasThere || over.signal.aborted ? null : this.#notRunning()))
      .catch(error => queue.finish(error))
      .finally(() => signal?.removeEventListener('abort', end));
    return queue;
  }

  /** What the command line checks before it runs a command. */
  async #checkStart(context: ActionContext): Promise<void> {
    const { settings, origins } = this.configuration;
    if (settings.disable)
      throw new UsageError(
        `cannot start the program: disabled in ${origins.disable}; set disable to off there`,
      );
    if (this.configuration.file !== null) return requireProgram(this.configuration);
    const { kind } = await findSituation(context);
    if (kind !== 'nothing') return;
    throw new UserError(
      `cannot start the program: there is no manager at ${this.socket}; open its configuration with openFleet`,
      ExitStatus.notRunning,
    );
  }

  async #run(
    signal: AbortSignal | undefined,
    act: (context: ActionContext) => Promise<number>,
  ): Promise<Facts> {
    return translateErrors(async () => {
      const { context, captured } = captureOutput(this.#makeContext(signal), false);
      checkText(this.configuration);
      const status = await act(context);
      if (status === ExitStatus.done) return captured.facts;
      const said = captured.stderr.trim() || captured.stdout.trim();
      throw makeError(said.replace(/^zd: /gm, ''), status, captured.facts);
    });
  }

  #notRunning(): Error {
    return makeError('daemon manager not running', ExitStatus.notRunning);
  }

  #makeContext(signal: AbortSignal = new AbortController().signal): ActionContext {
    const sink = new Sink(() => {});
    return {
      flavour: 'zd',
      binaryName: 'zd',
      configuration: this.configuration,
      clock: systemClock,
      write: () => {},
      stdout: sink,
      stderr: sink,
      interrupt: signal,
      quiet: true,
    };
  }
}
