import type { Candidate } from '../reading';

/** Its own section, or a program with `command`: with `program` it is a file of zd. */
export function isSupervisord({ head, isFolder }: Candidate): boolean {
  if (isFolder) return false;
  if (/^\[supervisord\]/m.test(head)) return true;
  return head
    .split(/^\[/m)
    .some(part => part.startsWith('program:') && /^[ \t]*command[ \t]*[=:]/im.test(part));
}
