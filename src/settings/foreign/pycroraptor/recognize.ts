import { basename } from 'node:path';
import type { Candidate } from '../reading';

/** JSON with services, or something executable that has the word for them. */
export function isPycroraptor({ path, isFolder, isExecutable, head }: Candidate): boolean {
  if (isFolder || !/["']SERVICES["']\s*:/.test(head)) return false;
  return (
    /^\s*\{/.test(head) || (isExecutable && head.startsWith('#!')) || /^pycroraptor/.test(basename(path))
  );
}
