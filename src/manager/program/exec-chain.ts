import { type Chain, CODE, type Link } from '../../protocol/keeper/script-chain';
import type { LaunchSettings } from '../../settings/settings';
import { folderInside } from '../../settings/surroundings/locate-program';
import { formatLimit, type Limit, limitNumber } from '../../settings/value-types/limits';
import { ioPriority, processors } from '../../settings/value-types/priorities';
import { describeReason } from '../../system/errors';
import { hasGroups, type WholeUser, withGroups } from '../../system/users';
import { NO_KEEPER, type SpawnError } from '../parent/parent';

/* Loaded for a program with such settings only; see the list in prepare-spawn.ts. */

/** The settings that make a chain. */
export type ChainSettings = Pick<
  LaunchSettings,
  | 'limits'
  | 'nice'
  | 'ionice'
  | 'cpuAffinity'
  | 'oomScoreAdjust'
  | 'noNewPrivileges'
  | 'group'
  | 'supplementaryGroups'
  | 'chroot'
  | 'directory'
>;

/** As whom and where the program runs. */
export interface ChainEnd {
  /** Null if the process is that user already, or stays root. */
  runAs: WholeUser | null;
  /** Outside. */
  directory: string;
}

/**
 * What the new process changes of itself between fork(2) and execve(2). What only root is allowed to do comes first. The
 * limits come late, because a small one would hinder the process itself. The root is changed before the user, who could
 * not do it, and the folder is entered with the rights of that user.
 *
 * @param settings of the program
 * @param end
 * @returns the links in their order
 */
export function buildChain(settings: ChainSettings, end: ChainEnd): Chain {
  const { limits, nice, ionice, cpuAffinity, oomScoreAdjust, noNewPrivileges, chroot } = settings;
  const links: Link[] = [
    ...optional(oomScoreAdjust, score => ({ call: 'oom', args: [score], says: `oom-score-adjust ${score}` })),
    ...optional(nice, niceness => ({ call: 'nice', args: [niceness], says: `nice ${niceness}` })),
    ...optional(ionice, toIoLink),
    ...optional(cpuAffinity, list => ({
      call: 'affinity',
      args: [processors.format(list)],
      says: `cpu-affinity ${processors.format(list)}`,
    })),
    ...(limits ?? []).map(toLimitLink),
    ...optional(chroot, folder => ({ call: 'chroot', args: [folder], says: `chroot ${folder}` })),
    ...(end.runAs ? [toUserLink(end.runAs)] : toGroupLinks(settings)),
    ...toFolderLinks(settings, end),
    ...(noNewPrivileges ? [{ call: 'no-new-privileges', args: [], says: 'no-new-privileges' } as const] : []),
  ];
  return { code: CODE, links };
}

/**
 * The same for what runs beside the program: it only becomes the user.
 *
 * @param runAs
 * @param directory where it runs
 * @param isHabit it runs at the root if the user cannot enter that
 */
export function buildUserChain(runAs: WholeUser, directory: string, isHabit = false): Chain {
  return { code: CODE, links: [toUserLink(runAs), toEntryLink(directory, isHabit)] };
}

/**
 * Explains which setting the system refused to a new process.
 *
 * @param chain of the process
 * @param error with the index of the link
 * @returns a phrase: `the system refuses nice -5: permission denied; only root can ...`
 */
export function explainLink({ links }: Chain, error: SpawnError): string {
  if (error.code === NO_KEEPER) return NEEDS_KEEPER;
  const link = links[error.index];
  if (link?.call === 'enter') return `${link.says}: ${describeReason(error)}`;
  const advice = link ? adviseOn(link, error.code) : '';
  return `the system refuses ${link?.says ?? 'a setting'}: ${describeReason(error)}${advice && `; ${advice}`}`;
}

const NEEDS_KEEPER =
  'its limits, priorities or privileges need a keeper, and there is none; install the package perl, or see zd doctor';
/** The classes of ioprio_set(2). */
const CLASSES = { realtime: 1, 'best-effort': 2, idle: 3 };
/** RLIM_INFINITY, which no number of JavaScript can be. */
const UNLIMITED = '18446744073709551615';

function optional<V>(value: V | null, make: (value: V) => Link): Link[] {
  return value === null ? [] : [make(value)];
}

function toIoLink(value: NonNullable<ChainSettings['ionice']>): Link {
  return {
    call: 'ionice',
    args: [CLASSES[value.class], value.level],
    says: `ionice ${ioPriority.format(value)}`,
  };
}

function toLimitLink(limit: Limit): Link {
  const amount = (one: number | 'unlimited') => (one === 'unlimited' ? UNLIMITED : one);
  const { name, soft, hard } = limit;
  const args = [limitNumber(name), amount(soft), hard === null ? '' : amount(hard)];
  return { call: 'limit', args, says: `the limit ${formatLimit(limit)}` };
}

function toUserLink({ name, uid, gid, groups }: WholeUser): Link {
  return { call: 'become', args: [uid, gid, ...groups], says: `to become ${name}` };
}

/** Without `directory`, a program with another root begins there. */
function toFolderLinks(settings: ChainSettings, { runAs, directory }: ChainEnd): Link[] {
  if (settings.chroot !== null)
    return settings.directory === null ? [] : [toEntryLink(folderInside(settings))];
  return runAs ? [toEntryLink(directory, settings.directory === null)] : [];
}

function toEntryLink(folder: string, isHabit = false): Link {
  return {
    call: isHabit ? 'try-to-enter' : 'enter',
    args: [folder],
    says: `cannot change to the directory ${folder}`,
  };
}

/** Beside `user`, keeper and manager have the groups since they became that user, and so has the program. */
function toGroupLinks(settings: ChainSettings): Link[] {
  if (!hasGroups(settings) || process.geteuid?.() !== 0) return [];
  const { gid, groups } = withGroups({ gid: process.getgid?.() ?? 0 }, settings, process.getgroups?.() ?? []);
  return [{ call: 'become', args: ['', gid, ...groups], says: 'its groups' }];
}

function adviseOn({ call, args }: Link, code: string): string {
  if (call === 'affinity' && code === 'EINVAL') return 'none of these processors exists';
  if (call === 'limit' && code === 'EINVAL') return 'the soft limit would be above the hard one';
  if (code !== 'EPERM' && code !== 'EACCES') return '';
  const isRoot = process.geteuid?.() === 0;
  if (isRoot && call === 'limit' && args[0] === limitNumber('nofile')) return 'the most is sysctl fs.nr_open';
  if (isRoot) return 'this system or container lacks the privilege';
  if (call === 'limit') return 'only root can raise a hard limit';
  if (call === 'nice' || call === 'oom') return 'only root can go below the value that the manager has';
  return 'only root can do that';
}
