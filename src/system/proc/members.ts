import { readText } from '../files';
import { listChildren, readStatFields, TICKS } from '../processes';
import { readPageSize } from './page-size';

/** A process of the program, as /proc shows it. */
export interface Member {
  pid: number;
  /** How far below the program it is. */
  depth: number;
  /** The name that the kernel has. */
  name: string;
  /** In the unit of the kernel; tells two processes of one pid apart. */
  startTime: string;
  /** Resident memory in bytes. */
  memory: number;
  /** Seconds of its own processor time. */
  processor: number;
  /** The same of its children that have exited. */
  formerChildren: number;
}

/** More are not counted: a look must not take long. */
export const MOST_MEMBERS = 1000;

/**
 * Lists the processes of the program: it, its descendants, and those of its session that the keeper has inherited from
 * parents that have exited.
 *
 * @param pid of the program
 * @param keeper its pid, if there is one
 * @returns parents before their children, at most 1000; empty if the program has exited, or without /proc
 */
export function listMembers(pid: number, keeper: number | null = null): Member[] {
  const members: Member[] = [];
  const seen = new Set<number>();
  const visit = (one: number, depth: number): void => {
    if (seen.has(one) || members.length >= MOST_MEMBERS) return;
    seen.add(one);
    const member = readMember(one, depth);
    if (!member) return;
    members.push(member);
    for (const child of listChildren(one).sort((a, b) => a - b)) visit(child, depth + 1);
  };
  visit(pid, 0);
  if (keeper !== null && members.length > 0)
    for (const child of listChildren(keeper)) if (isOfSession(child, pid)) visit(child, 1);
  return members;
}

/** Its words, or the kernel's name in brackets for one without. */
export function readCommand({ pid, name }: Pick<Member, 'pid' | 'name'>): string {
  const bytes = Buffer.from(readText(`/proc/${pid}/cmdline`).slice(0, LONGEST_COMMAND), 'latin1');
  const words = bytes.toString('utf8').split('\0').join(' ').trim();
  return words === '' ? `[${name}]` : words;
}

const LONGEST_COMMAND = 1000;

function readMember(pid: number, depth: number): Member | null {
  const text = readText(`/proc/${pid}/stat`);
  const end = text.lastIndexOf(')');
  if (end < 0) return null;
  const fields = text.slice(end + 2).split(' ');
  // It has exited, and only its status is left.
  if (fields[0] === 'Z' && Number(fields[17]) <= 1) return null;
  const seconds = (from: number) => (Number(fields[from]) + Number(fields[from + 1])) / TICKS;
  return {
    pid,
    depth,
    name: Buffer.from(text.slice(text.indexOf('(') + 1, end), 'latin1').toString('utf8'),
    startTime: fields[19] ?? '',
    memory: Number(fields[21]) * readPageSize(),
    processor: seconds(11),
    formerChildren: seconds(13),
  };
}

/** The program leads a session of its own. */
function isOfSession(pid: number, session: number): boolean {
  return Number(readStatFields(pid)?.[3]) === session;
}
