import { KINDS } from '../../protocol/keeper/wire';
import { SERVICE_SCRIPT } from '../../protocol/service-script';
import { formatLocalTime, wallTimeOf } from '../../system/clock';
import { describeReason } from '../../system/errors';
import { findPerl } from '../../system/find-program';
import { hideColours, showControls } from '../../system/show-controls';
import { describeEnding } from '../../system/signals';
import type { HookScene } from './run-hook';

/** Seconds that a manager which leaves waits until the last words are read. */
const PATIENCE = 1;
/** Characters of a status, as of that of a program. */
const LONGEST_STATUS = 500;

/** What is still to be said; a later status takes the place of an earlier one. */
interface Words {
  ready?: boolean;
  stopping?: boolean;
  status?: string;
}

/**
 * Tells the service manager above this one what the program does, as sd_notify(3) defines it: READY=1 once, when the
 * first start has succeeded, STOPPING=1 once, and STATUS=. One datagram at a time is under way.
 */
export class ServiceNews {
  readonly #scene: HookScene;
  readonly #socket: string;
  #due: Words = {};
  #said: Words = {};
  #isSending = false;
  #hasFailed = false;
  /** Called when nothing is under way. */
  #quiet = () => {};

  /** @param socket the value of NOTIFY_SOCKET */
  constructor(scene: HookScene, socket: string) {
    this.#scene = scene;
    this.#socket = socket;
  }

  /** Says what has changed. */
  update(): void {
    const { life, order } = this.#scene;
    const { name } = life;
    const isUp = name === 'running' || name === 'waiting' || name === 'resumed';
    const isStop = name === 'stopping' && life.wanted === 'down' && !order.settings.hangAround;
    if (name === 'gone' || life.leaveStatus !== null || isStop) this.#say({ stopping: true });
    else if (isUp) this.#say({ ready: true });
    this.#say({ status: clean(describeLife(this.#scene)) });
    this.#send();
  }

  /**
   * The manager leaves: waits for what is under way, at most a second.
   *
   * @param done called once
   */
  finish(done: () => void): void {
    this.update();
    if (!this.#isSending) return done();
    const cancelLimit = this.#scene.clock.after(PATIENCE, () => this.#quiet());
    this.#quiet = () => {
      this.#quiet = () => {};
      cancelLimit();
      done();
    };
  }

  #say(words: Words): void {
    for (const [key, value] of Object.entries(words) as [keyof Words, never][]) {
      if (this.#said[key] === value) continue;
      this.#said[key] = value;
      this.#due[key] = value;
    }
  }

  #send(): void {
    const { ready, stopping, status } = this.#due;
    const lines = [
      ...(ready ? ['READY=1'] : []),
      ...(stopping ? ['STOPPING=1'] : []),
      ...(status === undefined ? [] : [`STATUS=${status}`]),
    ];
    if (this.#isSending || lines.length === 0) return;
    this.#due = {};
    const perl = findPerl(process.env.PATH);
    if ('reason' in perl) return this.#fail(`it needs perl: ${perl.plain}`);
    this.#isSending = true;
    this.#scene.parent.spawn(
      {
        kind: KINDS.helper,
        file: perl.file,
        args: ['perl', '-e', SERVICE_SCRIPT, '--', this.#socket, lines.join('\n')],
        environment: { PATH: process.env.PATH },
        directory: '/',
        umask: 0o077,
        ownSession: true,
        descriptors: ['null', 'null', 'null'],
      },
      {
        spawned() {},
        failed: error => this.#settle(describeReason(error)),
        exited: ending =>
          this.#settle(ending.code === 0 ? null : `nobody reads from ${showControls(this.#socket)}`),
      },
    );
  }

  #settle(failure: string | null): void {
    this.#isSending = false;
    if (failure !== null) this.#fail(failure);
    this.#send();
    if (!this.#isSending) this.#quiet();
  }

  /** Once is enough: nobody listens. */
  #fail(reason: string): void {
    if (!this.#hasFailed) this.#scene.eventLog.log('warn', `cannot tell the service manager: ${reason}`);
    this.#hasFailed = true;
  }
}

function describeLife({ life, clock, record }: HookScene): string {
  const { pid, deadline, backoff } = life;
  const time = (at: number) => formatLocalTime(wallTimeOf(at, clock));
  const end = record.failedStart ?? (record.lastExit ? describeEnding(record.lastExit) : 'no start yet');
  switch (life.name) {
    case 'running':
    case 'resumed':
      return `program running, pid ${pid}${life.paused === null ? '' : ', paused'}`;
    case 'preparing':
      return 'program starting; waits for what it needs';
    case 'starting':
      return pid === null ? 'program starting' : `program starting, pid ${pid}`;
    case 'backoff':
      return `program crashed (${end}), ${backoff} in a row; next start ${deadline === null ? 'soon' : `at ${time(deadline)}`}`;
    case 'waiting':
      return `next run ${deadline === null ? 'is not planned' : `at ${time(deadline)}`}`;
    case 'stopping':
    case 'restarting':
      return `program ${life.name}${pid === null ? '' : `, pid ${pid}`}`;
    case 'sweeping':
    case 'cleaning':
      return `program down (${end}); cleaning up`;
    default:
      return describeDown(record.down, end);
  }
}

function describeDown(down: HookScene['record']['down'], end: string): string {
  if (down?.outcome === 'gave-up')
    return `gave up after ${down.inARow} early ${down.inARow === 1 ? 'end' : 'ends'} in a row: ${down.reason ?? end}`;
  if (down?.outcome === 'failed') return `failed: ${down.reason ?? end}`;
  return down?.outcome === 'stopped' ? 'program stopped' : `program down (${end})`;
}

/** A line of its own would be another assignment. */
function clean(text: string): string {
  return showControls(hideColours(text.replace(/\s+/g, ' '))).slice(0, LONGEST_STATUS);
}
