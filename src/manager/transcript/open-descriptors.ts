import { closeSync } from 'node:fs';
import type { Source } from '../parent/parent';

/** Descriptors that are closed together. */
export class OpenDescriptors {
  readonly #fds: number[] = [];

  add(fd: number, flags: number): Source {
    return this.addSource({ fd, flags });
  }

  addSource(source: Source): Source {
    this.#fds.push(source.fd);
    return source;
  }

  close(): void {
    for (const fd of this.#fds.splice(0)) closeSync(fd);
  }
}
