import { closeSync, openSync } from 'node:fs';

/** What signals ask `up` for. */
export interface SignalNews {
  /** The end: the first time in order, the second time at once. */
  end(): void;
  /** Look at the files at once. */
  look(): void;
}

const ENDING = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;

/**
 * Listens to signals in place of the whole client.
 *
 * @param isOnTerminal SIGHUP may mean that the terminal is gone
 */
export function listenToSignals({ end, look }: SignalNews, isOnTerminal: boolean): void {
  for (const listener of process.listeners('SIGINT')) process.off('SIGINT', listener);
  for (const signal of ENDING) process.on(signal, end);
  process.on('SIGHUP', () => (isOnTerminal && !hasTerminal() ? end() : look()));
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
