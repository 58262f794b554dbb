import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Console } from '../console/console';
import { Channel } from './channel';
import { Fifo } from './fifo';
import type { TranscriptOptions } from './options';
import type { Ring } from './ring';

/**
 * Opens a FIFO of the state folder and what gets its bytes.
 *
 * @param name of the FIFO
 * @param path of the file
 * @param ring also gets the bytes
 * @throws the system's error; UsageError for an unknown owner
 */
export function openChannel(name: string, path: string, options: TranscriptOptions, ring: Ring): Channel {
  const fifo = openFifo(name, options);
  try {
    return new Channel({ ...options, name, path, ring, fifo });
  } catch (error) {
    fifo.close();
    throw error;
  }
}

/** A program that was started with a `stderr-transcript` keeps its FIFO, even if that setting is gone. */
export function joinErrors(output: Channel, options: TranscriptOptions): void {
  if (wasStartedWith('errors', options)) output.join(openFifo('errors', options), 'errors');
}

/** A program that was started with a terminal keeps it, even if that setting is gone. @returns null without one */
export function openConsole(output: Channel, options: TranscriptOptions): Console | null {
  if (!options.settings.pty && !wasStartedWith('console', options)) return null;
  const { Console } = loadConsole();
  return new Console({
    ...options,
    insecure: options.insecure ?? false,
    openOutput: () => output.fifo.open(),
  });
}

/** Whether the program that runs has that FIFO of the state folder. */
function wasStartedWith(name: string, { program, folder }: TranscriptOptions): boolean {
  return program !== null && existsSync(join(folder, name));
}

function openFifo(name: string, { folder, program, insecure, parent }: TranscriptOptions): Fifo {
  const fifo = new Fifo(join(folder, name), program, insecure);
  parent.hold(name, fifo.descriptor);
  return fifo;
}

/** Most programs have no terminal. */
function loadConsole(): typeof import('../console/bundle') {
  return require('../console/bundle');
}
