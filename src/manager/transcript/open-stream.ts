import { closeSync, constants, statSync } from 'node:fs';
import { describeReason, UserError } from '../../system/errors';
import { openTrusted } from '../../system/trust/open-trusted';
import type { User } from '../../system/users';
import type { Source } from '../parent/parent';

const { O_APPEND, O_CREAT, O_NOCTTY, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/**
 * Opens a file that the program uses directly as a standard stream. A FIFO is opened in both directions, so that opening
 * does not block and the other side's exit is not end of file.
 *
 * @param path of a file, a device or a FIFO
 * @param direction
 * @param user with whose rights root opens it; null for its own
 * @throws UserError when it cannot be opened
 */
export function openStream(path: string, direction: 'in' | 'out', user: User | null): Source {
  try {
    const isFifo = statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
    const way = direction === 'in' ? O_RDONLY : O_WRONLY | O_APPEND;
    const flags = (isFifo ? O_RDWR : way) | O_NOCTTY;
    const create = isFifo || direction === 'in' ? 0 : O_CREAT;
    return { fd: openTrusted(path, flags | create, { mode: null, owner: null, user }), flags };
  } catch (error) {
    throw new UserError(`its std${direction} ${path} cannot be opened: ${describeReason(error)}`);
  }
}

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
