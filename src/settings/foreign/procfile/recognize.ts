import type { Candidate } from '../reading';

/** By its name: `name: command` could be YAML as well. */
export function isProcfile({ path, isFolder, head }: Candidate): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return !isFolder && /procfile/i.test(name) && /^[A-Za-z0-9_-]+:[ \t]*\S/m.test(head);
}
