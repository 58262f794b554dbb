import { findDrift, listKeys } from '../../client/configured/changes';
import type { ActionContext } from '../../client/context';
import { findEnds } from '../../client/history';
import { type Situation, viewOf } from '../../client/situation';
import type { EndRecord } from '../../protocol/history';
import { listMembers, type Member, readCommand } from '../../system/proc/members';
import { findPorts, type Port } from '../../system/proc/ports';

/** A process of the program, with what is shown of it. */
export interface Process extends Member {
  command: string;
  /** The part of a processor that it uses, where 1 is all of one; null if it is unknown. */
  share: number | null;
}

/** What is known of the processes of a program. */
export interface Usage {
  /** Empty if it is down, or without /proc. */
  processes: Process[];
  /** Bytes, and the part of a processor, of all of them. */
  memory: number;
  share: number | null;
  ports: Port[];
}

/** Everything that the panel shows. */
export interface Facts {
  situation: Situation;
  usage: Usage;
  /** The last ends of the program, oldest first. */
  ends: readonly EndRecord[];
  /** The keys that the file has changed, as a list; empty if it has changed none; null if that is unknown. */
  drift: string | null;
  /** The file has changed since it was read, so that `drift` says nothing. */
  isOutdated?: boolean;
  /** Seconds since 1970. */
  now: number;
}

export const NO_USAGE: Usage = { processes: [], memory: 0, share: null, ports: [] };

/**
 * Gathers what the panel shows, once.
 *
 * @param situation with the settings that run
 */
export async function gatherFacts(context: ActionContext, situation: Situation): Promise<Facts> {
  return {
    situation,
    usage: measureOnce(situation),
    ends: (await findEnds(context, situation)) ?? [],
    drift: describeDrift(context, situation),
    now: context.clock.wall(),
  };
}

/** The keys that differ between the file and what runs. */
export function describeDrift({ configuration }: ActionContext, situation: Situation): string | null {
  const report = viewOf(situation)?.report;
  const changes = report ? findDrift(configuration, report) : null;
  if (changes === null) return null;
  return changes.length === 0 ? '' : listKeys(changes);
}

/** The pid of the program, with or without a manager; null if it is down. */
export function pidOf(situation: Situation): number | null {
  return situation.kind === 'orphaned' ? situation.program.pid : (viewOf(situation)?.pid ?? null);
}

/** The pid of the keeper, to whom processes belong whose parent has exited. */
export function keeperOf(situation: Situation): number | null {
  return viewOf(situation)?.report?.keeperPid ?? null;
}

/** Shares are those of the whole run: there is only one look. */
function measureOnce(situation: Situation): Usage {
  const pid = pidOf(situation);
  if (pid === null) return NO_USAGE;
  const uptime = viewOf(situation)?.report?.uptime ?? 0;
  const members = listMembers(pid, keeperOf(situation));
  const share = (seconds: number) => (uptime > 0 ? seconds / uptime : null);
  const processes = members.map(member => ({
    ...member,
    command: readCommand(member),
    share: share(member.processor),
  }));
  const sum = (pick: (member: Member) => number) => members.reduce((total, one) => total + pick(one), 0);
  return {
    processes,
    memory: sum(({ memory }) => memory),
    share: share(sum(({ processor, formerChildren }) => processor + formerChildren)),
    ports: findPorts(members.map(one => one.pid)),
  };
}
