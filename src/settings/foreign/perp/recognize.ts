import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Candidate } from '../reading';

/** A folder with services, and without files of zd. */
export function isPerp({ path, isFolder }: Candidate): boolean {
  if (!isFolder) return false;
  try {
    const names = readdirSync(path);
    return !names.some(name => name.endsWith('.conf')) && names.some(name => hasMain(join(path, name)));
  } catch {
    return false;
  }
}

function hasMain(folder: string): boolean {
  return statSync(join(folder, 'rc.main'), { throwIfNoEntry: false })?.isFile() ?? false;
}
