import { closeSync, constants, openSync, statSync } from 'node:fs';
import { describeReason, UserError } from '../../system/errors';

const { O_APPEND, O_CREAT, O_NOCTTY, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/**
 * Lends `use` a descriptor of a file that the program uses directly, and closes it when `use` returns. Without a path,
 * `instead` is lent.
 *
 * @param path of a file, a device or a FIFO, or null
 * @throws UserError when it cannot be opened
 */
export function lendFile<T, E>(
  path: string | null,
  direction: 'in' | 'out',
  instead: E,
  use: (file: number | E) => T,
): T {
  if (path === null) return use(instead);
  const fd = open(path, direction);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/** Opens a FIFO in both directions, so that opening does not block and the other side's exit is not end of file. */
function open(path: string, direction: 'in' | 'out'): number {
  try {
    const isFifo = statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
    const way = direction === 'in' ? O_RDONLY : O_WRONLY | O_APPEND | O_CREAT;
    return openSync(path, (isFifo ? O_RDWR : way) | O_NOCTTY, 0o666);
  } catch (error) {
    throw new UserError(`its std${direction} ${path} cannot be opened: ${describeReason(error)}`);
  }
}
