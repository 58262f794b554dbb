import type { Job } from '../jobs';
import type { SettingReader } from '../setting-reader';
import type { ExportRequest } from '../types';

/** What holds for every container under zd. */
export const IMAGE_NOTE = 'the image must contain zd, Node and perl, and the configuration at the same path';

/** The image of a job, which is a guess if nobody has said it. */
export function imageOf({ image }: ExportRequest, { name }: Job): { image: string; notes: string[] } {
  if (image !== null) return { image, notes: [] };
  const guess = name.toLowerCase().replace(/[^a-z0-9._-]/g, '-');
  return { image: guess, notes: [`no --image was given, so the image is called ${guess}`] };
}

/** A container has its output as its log. */
export function readStreams(reader: SettingReader, system: string): void {
  const why = `the output goes to the log of ${system}`;
  for (const field of ['transcript', 'stderrTranscript', 'stdout'] as const)
    if (reader.isSet(field)) reader.lose(field, why);
}

/** `1000`; null for the name of a user or a group, which means another one in an image. */
export function idOf(name: string | null): number | null {
  return name !== null && /^\d+$/.test(name) ? Number(name) : null;
}

/** The folder in which the program begins. */
export function readFolder(reader: SettingReader, job: Job): string | null {
  return reader.take('directory') ?? job.program!.configuration.folder;
}
