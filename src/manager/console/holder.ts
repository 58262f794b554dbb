import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from '../../protocol/keeper/wire';
import { makeFifos } from '../../system/fifo';
import { findPerl } from '../../system/find-program';
import { withOwnFile, withOwnFolder } from '../../system/trust/own-folder';
import type { Parent, Source } from '../parent/parent';
import { HOLDER_SCRIPT } from './holder-script';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

export interface HolderOptions {
  parent: Parent;
  /** The state folder. */
  folder: string;
  insecure: boolean;
  /** What ps(1) shows. */
  title: string;
  /** Opens an end of the FIFO of the output, for writing. */
  openOutput(): number;
  /** Opens an end for the answers. */
  openNews(): Source;
  /** It could not be spawned. */
  failed(error: Error): void;
  /** It has exited. */
  lost(): void;
}

/**
 * The process that holds the terminals of the program, and the manager's ends of its FIFOs; see `HOLDER_SCRIPT`. It
 * outlives a manager, as a copier does.
 */
export class Holder {
  readonly #options: HolderOptions;
  /** Null while there is no such process. */
  #control: number | null;
  #input: number | null = null;

  /** Continues with that of an earlier manager, if there is one. */
  constructor(options: HolderOptions) {
    this.#options = options;
    this.#control = this.#openEnd('console');
    if (this.#control === null) return;
    this.#keepOpen(this.#control);
    this.#input = this.#openEnd('console-input');
  }

  get isThere(): boolean {
    return this.#control !== null;
  }

  /** @param words one of `HOLDER_COMMANDS`, with its size. @returns false if there is no such process */
  tell(words: string): boolean {
    return this.#control !== null && write(this.#control, Buffer.from(`${words}\n`)) > 0;
  }

  /**
   * Has the terminal get bytes as if they were typed.
   *
   * @returns how many of them; the rest has no room now
   */
  type(bytes: Buffer): number {
    return this.#input === null ? 0 : write(this.#input, bytes);
  }

  /** Opens another end for `type`, which does not block; null if there is no such process. */
  openInput(): number | null {
    return this.#control === null ? null : this.#openEnd('console-input');
  }

  /** Begins it. @throws the system's error; UserError without perl */
  spawn(): void {
    const { parent, title, openOutput, openNews, failed, lost } = this.#options;
    this.forget();
    const perl = findPerl(process.env.PATH);
    if ('reason' in perl) throw new Error(perl.plain);
    const ends: number[] = [];
    const close = () => {
      for (const fd of ends.splice(0)) closeSync(fd);
    };
    const keep = (fd: number, flags: number): Source => {
      ends.push(fd);
      return { fd, flags: flags | O_NONBLOCK };
    };
    try {
      const [control, input] = this.#openEnds(keep);
      const output = keep(openOutput(), O_WRONLY);
      const news = openNews();
      keep(news.fd, O_WRONLY);
      parent.spawn(
        {
          kind: KINDS.console,
          file: perl.file,
          args: ['perl', '-e', HOLDER_SCRIPT, '--', title],
          environment: { PATH: process.env.PATH },
          directory: '/',
          umask: 0o077,
          ownSession: true,
          descriptors: ['null', 'null', 'null', control, news, output, input],
        },
        {
          spawned: close,
          failed: error => {
            close();
            this.forget();
            failed(error);
          },
          exited: () => this.#examine(lost),
        },
      );
    } catch (error) {
      close();
      throw error;
    }
  }

  /** There will be no program any more. */
  end(): void {
    this.#options.parent.release('console');
    this.forget();
  }

  /** Lets go of the FIFOs; the process stays. */
  forget(): void {
    for (const fd of [this.#control, this.#input]) if (fd !== null) closeSync(fd);
    this.#control = null;
    this.#input = null;
  }

  #openEnd(name: string): number | null {
    const { folder, insecure } = this.#options;
    const open = (place: string) => openSync(place, O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
    try {
      return withOwnFile(join(folder, name), open, insecure);
    } catch {
      // ENXIO: no process has it open for reading; ENOENT: there never was one.
      return null;
    }
  }

  /** With the keeper as a writer, the process does not mistake the end of a manager for the end of both. */
  #keepOpen(control: number): void {
    this.#options.parent.hold('console', control, O_WRONLY);
  }

  /** @param keep gets what is to be closed when the process has it */
  #openEnds(keep: (fd: number, flags: number) => Source): [control: Source, input: Source] {
    const { folder, insecure } = this.#options;
    return withOwnFolder(
      folder,
      place => {
        const [control, input] = ['console', 'console-input'].map(name => join(place, name)) as [
          string,
          string,
        ];
        makeFifos([control, input]);
        const open = (path: string, flags: number) => openSync(path, flags | O_NONBLOCK | O_NOFOLLOW);
        const ends: [Source, Source] = [
          keep(open(control, O_RDONLY), O_RDONLY),
          keep(open(input, O_RDWR), O_RDWR),
        ];
        this.#control = open(control, O_WRONLY);
        this.#input = open(input, O_WRONLY);
        this.#keepOpen(this.#control);
        return ends;
      },
      insecure,
    );
  }

  /** After the end of the keeper, it is not known whether it still runs. */
  #examine(lost: () => void): void {
    const again = this.#openEnd('console');
    if (again !== null) return closeSync(again);
    this.forget();
    lost();
  }
}

/** @returns how many bytes there was room for */
function write(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes);
  } catch {
    return 0;
  }
}
