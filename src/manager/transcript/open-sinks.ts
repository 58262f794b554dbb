import { LogFile } from './file';
import { openTarget } from './files/open-target';
import { RotatingFile } from './files/rotation';
import type { FileOptions } from './options';
import { type Destination, Sink, type SinkOptions } from './sink';
import type { Target } from './target';
import { Stamper } from './text/stamp';

/** A transcript without a file. */
const NOWHERE = '/dev/null';

/** Where the output of a channel goes. */
export interface OpenSinks {
  /** The file; without one, the command of `transcript-program`. */
  target: Target;
  all: Destination;
  /** Null without a file. */
  file: Sink | null;
  /** Null without `transcript-program`. */
  receiver: Sink | null;
}

/**
 * Opens what a channel writes to.
 *
 * @param options
 * @param listener hears of a file or a command that can be written to again
 * @throws the system's error; UsageError for an unknown owner
 */
export function openSinks(
  options: FileOptions,
  listener: Pick<SinkOptions, 'onRoom' | 'onRecovery'>,
): OpenSinks {
  const { settings, clock, log, emit, path, receiver: command = null } = options;
  const { transcriptTimestamps: stamps, transcriptBuffer: limit, transcriptFull: whenFull } = settings;
  const makeSink = (target: Target) => {
    const stamper = stamps === 'off' ? null : new Stamper(stamps, clock);
    return new Sink({ target, clock, limit, whenFull, stamper, log, ...(emit ? { emit } : {}), ...listener });
  };
  const receiver = command ? makeSink(command.target) : null;
  if (command && receiver && path === NOWHERE)
    return { target: command.target, all: receiver, file: null, receiver };
  const target = openTarget(options);
  const file = makeSink(target);
  if (target instanceof LogFile || target instanceof RotatingFile) file.noteFileEnd(target.endsLine());
  return { target, all: command && receiver ? command.combine(file, receiver) : file, file, receiver };
}
