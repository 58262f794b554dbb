import type { Candidate } from '../reading';

/** Python that sets the list of processes. */
export function isAtomservice({ isFolder, head }: Candidate): boolean {
  return !isFolder && /^PROC_LIST\s*(=|\+=|\.append\s*\()/m.test(head);
}
