import { join } from 'node:path';
import type { TranscriptSettings } from '../../../settings/settings';
import { findOwner, type Owner } from '../../../system/users';
import { LogFile } from '../file';
import type { FileOptions } from '../options';
import type { Target } from '../target';
import { Archive } from './archive';
import { RotatingFile } from './rotation';

/**
 * Opens the file of a channel.
 *
 * @throws the system's error; UsageError for an unknown owner
 */
export function openTarget({
  name,
  path,
  settings,
  runAs,
  clock,
  folder,
  insecure,
  log,
  mayLack,
}: FileOptions): Target {
  const { transcriptOwner: owner, transcriptRotateSize: size, transcriptRotateInterval: interval } = settings;
  const file = new LogFile(path, {
    mode: settings.transcriptMode,
    owner: owner === null ? null : findOwnerOrNone(owner, mayLack),
    user: runAs,
    mayLack,
  });
  if (size === null && interval === null && !settings.transcriptRotateStart) return file;
  const archive = new Archive({
    path,
    keep: settings.transcriptKeep,
    maxTotal: settings.transcriptMaxTotal,
    compress: settings.transcriptCompress,
    list: join(folder, `${name}-rotated`),
    insecure,
    log,
  });
  return new RotatingFile({ file, clock, size, interval, archive, log });
}

/**
 * Finds the file that a copier can write to.
 *
 * @returns null if the settings require what a copier cannot do
 */
export function findPlain(
  target: Target,
  {
    transcriptRotateSize: size,
    transcriptRotateInterval: interval,
    transcriptTimestamps: timestamps,
    transcriptMarkers: markers,
    transcriptPlain: plain,
  }: TranscriptSettings,
): LogFile | null {
  if (timestamps !== 'off' || markers || plain) return null;
  if (target instanceof RotatingFile) return size === null && interval === null ? target.file : null;
  return target instanceof LogFile ? target : null;
}

/** The user or group may have been removed since the program was started. */
function findOwnerOrNone(name: string, mayLack: boolean): Owner | null {
  try {
    return findOwner(name);
  } catch (error) {
    if (mayLack) return null;
    throw error;
  }
}
