import { closeSync, constants, openSync } from 'node:fs';

const { O_NONBLOCK, O_WRONLY } = constants;

export interface ControlFifos {
  control: string;
  result: string;
}

/**
 * Names the control FIFOs of the copiers of a FIFO. There are two pairs: the next copier begins before the last one is
 * dismissed, so that the FIFO always has a reader.
 *
 * @param fifo the path of the FIFO they read
 */
export function nameControlFifos(fifo: string): ControlFifos[] {
  return ['', '-2'].map(suffix => ({
    control: `${fifo}-control${suffix}`,
    result: `${fifo}-result${suffix}`,
  }));
}

/**
 * Finds a pair of names that no copier uses.
 *
 * @throws an Error when there is none
 */
export function findFreeControl(fifo: string): ControlFifos {
  const free = nameControlFifos(fifo).find(({ control }) => !isRead(control));
  if (free) return free;
  throw new Error('two processes that copy the output have not exited yet');
}

function isRead(control: string): boolean {
  try {
    closeSync(openSync(control, O_WRONLY | O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}
