import type { Candidate, ForeignReader } from '../reading';

/** The parser is loaded with the first file. */
export const supervisordReader: ForeignReader = {
  kind: 'supervisord',
  title: 'a configuration of supervisord',
  recognizes: isSupervisord,
  read: request => (require('./read') as typeof import('./read')).readSupervisord(request),
};

/** Its own section, or a program with `command`: with `program` it is a file of zd. */
function isSupervisord({ head, isFolder }: Candidate): boolean {
  if (isFolder) return false;
  if (/^\[supervisord\]/m.test(head)) return true;
  return head
    .split(/^\[/m)
    .some(part => part.startsWith('program:') && /^[ \t]*command[ \t]*[=:]/im.test(part));
}
