import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, askStatus } from '../test/helpers/ask';
import { clearPlaces, fixture, makePlace, type Place } from '../test/helpers/cli';
import { accountFor } from '../test/helpers/gaps';
import { until, within } from '../test/helpers/within';
import { Random } from './random';
import type { Torture } from './subject';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'.repeat(40);
/** Bytes of the disk. Output is checked and removed before it fills more than a part of it. */
const DISK = 16 << 20;
const CHECK_AT = 5 << 20;

type Action = 'burst' | 'reopen' | 'fill' | 'clear' | 'kill' | 'leave';

/**
 * Runs a manager whose program writes, exits and is killed while its transcript is renamed and rotated, and while the
 * disk is full. Each byte must be there once and in order, or a marker line must account for it. Only root can mount a
 * small disk to fill; other users skip that part.
 */
export const transcript: Torture = {
  name: 'transcript',
  async run(seconds, seed) {
    const random = new Random(seed);
    const totals = { actions: 0, bytes: 0, lost: 0, gaps: 0, files: 0 };
    try {
      for (const isRotated of [false, true]) {
        await new Ordeal(random, isRotated, totals).run(performance.now() + (seconds * 1000) / 2);
      }
    } finally {
      await clearPlaces();
      for (const disk of mounted.splice(0)) execFileSync('umount', [disk]);
    }
    const { actions, bytes, files, lost, gaps } = totals;
    return `${actions} actions, ${bytes} bytes in ${files} files, of which ${lost} lost in ${gaps} gaps; all accounted for`;
  },
};

const mounted: string[] = [];

type Totals = Record<'actions' | 'bytes' | 'lost' | 'gaps' | 'files', number>;

class Ordeal {
  readonly #random: Random;
  readonly #isRotated: boolean;
  readonly #totals: Totals;
  readonly #place: Place;
  readonly #canFill: boolean;
  readonly #written: Buffer[] = [];
  #next = 0;
  #moved = 0;
  #isFull = false;
  #orders!: FileHandle;
  #acks!: FileHandle;

  constructor(random: Random, isRotated: boolean, totals: Totals) {
    this.#random = random;
    this.#isRotated = isRotated;
    this.#totals = totals;
    this.#place = makePlace();
    mkdirSync(this.#place.path('logs'));
    this.#canFill = mountSmall(this.#place.path('logs'));
  }

  async run(end: number): Promise<void> {
    await this.#begin();
    try {
      await this.#torment(end);
    } finally {
      await this.#orders.close();
      await this.#acks.close();
    }
  }

  async #torment(end: number): Promise<void> {
    const usual: Action[] = ['burst', 'burst', 'burst', 'reopen', 'reopen', 'fill', 'clear', 'kill', 'leave'];
    while (performance.now() < end) {
      await this.#act(this.#random.pick(usual));
      this.#totals.actions += 1;
      if (this.#size() > CHECK_AT) await this.#check();
    }
    await this.#check();
  }

  async #begin(): Promise<void> {
    const place = this.#place;
    await place.exec(['mkfifo', 'orders', 'acks']);
    place.configure({
      program: `python3 ${fixture('told-writer.py')}`,
      stdin: 'orders',
      transcript: 'logs/log',
      'start-seconds': '0',
      'backoff-limit': '1',
      forever: 'on',
      'transcript-buffer': '200kb',
      ...(this.#isRotated ? { 'transcript-rotate-size': '300kb', 'transcript-keep': '0' } : {}),
    });
    this.#orders = await open(place.path('orders'), 'r+');
    this.#acks = await open(place.path('acks'), 'r+');
    const { status, stderr } = await place.zd('-C app.conf start');
    if (status !== 0) throw new Error(stderr);
  }

  async #act(action: Action): Promise<void> {
    switch (action) {
      case 'burst':
        return this.#burst('');
      case 'leave':
        return this.#burst(' leave');
      case 'kill': {
        // Its last output may still be in the FIFO.
        const { pid } = await this.#status();
        try {
          if (pid !== null) process.kill(pid, 'SIGKILL');
        } catch {
          // It had just exited on its own.
        }
        await until(10, 'the next program', async () => {
          const now = await this.#status();
          return now.pid !== null && now.pid !== pid;
        });
        return;
      }
      case 'reopen':
        if (!this.#isRotated) this.#move();
        await ask(this.#place.path('zdsock'), 'reopen_transcript').catch(error => {
          // A full disk may not have room for another name either.
          if (!this.#isFull) throw error;
        });
        return;
      case 'fill':
        return this.#fill();
      case 'clear':
        return this.#clear();
    }
  }

  async #burst(ending: string): Promise<void> {
    const count = this.#random.pick([1, 10, 100, 1000, 2000]);
    await this.#orders.write(`${this.#next} ${count}${ending}\n`);
    const { bytesRead } = await within(20, this.#acks.read(Buffer.alloc(64)), 'the program');
    if (bytesRead === 0) throw new Error('no program acknowledged');
    for (let number = this.#next; number < this.#next + count; number += 1) {
      const digits = String(number).padStart(8, '0');
      this.#written.push(Buffer.from(`${digits} ${LETTERS.slice(0, (number * 7919) % 997)}\n`));
    }
    this.#next += count;
  }

  #move(): void {
    const name = `log.${String(this.#moved).padStart(6, '0')}`;
    renameSync(this.#place.path('logs/log'), this.#place.path(`logs/${name}`));
    this.#moved += 1;
  }

  #fill(): void {
    if (!this.#canFill || this.#isFull) return;
    const folder = this.#place.path('logs');
    const { bavail, bsize } = statfsSync(folder);
    const spare = this.#random.between(0, 100_000);
    try {
      writeFileSync(join(folder, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - spare)));
    } catch {
      // The program was faster: the disk is full anyway.
    }
    this.#isFull = true;
  }

  #clear(): void {
    if (this.#isFull) rmSync(this.#place.path('logs/filler'));
    this.#isFull = false;
  }

  /** Waits until everything is written, compares it with the program's output, and starts afresh. */
  async #check(): Promise<void> {
    this.#clear();
    const folder = this.#place.path('logs');
    await until(5, 'an empty buffer', async () => {
      const { transcriptError, transcriptHeld } = await this.#status();
      // A rotation that failed is tried again with the next output.
      const isWritten = transcriptError === null || /^cannot (rotate|archive)/.test(transcriptError);
      if (isWritten && transcriptHeld === 0) return true;
      throw new Error(`${transcriptHeld} bytes held: ${transcriptError}`);
    });
    // The manager empties the FIFO before it answers.
    renameSync(join(folder, 'log'), join(folder, 'log.last'));
    await ask(this.#place.path('zdsock'), 'reopen_transcript');
    const names = readdirSync(folder)
      .filter(name => name.startsWith('log.') && name !== 'log.last')
      .sort();
    const texts = [...names, 'log.last'].map(name => readFileSync(join(folder, name)));
    const output = Buffer.concat(this.#written.splice(0));
    const { lost, gaps } = accountFor(Buffer.concat(texts), output);
    this.#totals.bytes += output.length;
    this.#totals.lost += lost;
    this.#totals.gaps += gaps;
    this.#totals.files += texts.length;
    for (const name of [...names, 'log.last']) rmSync(join(folder, name), { force: true });
  }

  #size(): number {
    return this.#written.reduce((sum, line) => sum + line.length, 0);
  }

  #status() {
    return askStatus(this.#place.path('zdsock'));
  }
}

function mountSmall(folder: string): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    const words = ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', folder];
    execFileSync('mount', words, { stdio: 'ignore' });
  } catch {
    return false;
  }
  mounted.push(folder);
  return true;
}
