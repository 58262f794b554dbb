import type { Candidate, ForeignReader } from '../reading';

/** The parser is loaded with the first file. */
export const procfileReader: ForeignReader = {
  kind: 'procfile',
  title: 'a Procfile',
  recognizes: isProcfile,
  read: request => (require('./read') as typeof import('./read')).readProcfile(request),
};

/** By its name: `name: command` could be YAML as well. */
function isProcfile({ path, isFolder, head }: Candidate): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return !isFolder && /procfile/i.test(name) && /^[A-Za-z0-9_-]+:[ \t]*\S/m.test(head);
}
