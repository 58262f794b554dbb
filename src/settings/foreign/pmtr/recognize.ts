import type { Candidate } from '../reading';

/** A file that begins with a job or an address, or an empty `pmtr.conf`. */
export function isPmtr({ path, isFolder, head }: Candidate): boolean {
  if (isFolder) return false;
  const first = head.split('\n').find(line => !/^\s*(#|$)/.test(line)) ?? '';
  if (first === '') return path.endsWith('/pmtr.conf');
  return /^\s*(job\s+\{|report\s+to\s|listen\s+on\s)/.test(`${first} `);
}
