import { existsSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import type { Source } from '../../protocol/launch-order';
import { namedFile } from '../../settings/place-paths';
import type { Configuration } from '../../settings/settings';
import type { SettledRemains } from '../../state/orphans';
import { UserError } from '../../system/errors';
import { findCurrentFolder, isSamePlace } from '../../system/files';
import { quoteWords } from '../../system/words';
import { findAddress } from '../address';
import { type ActionContext, complain } from '../context';
import { queryManager, type View } from '../query';

/** What a command is about to do with a program that another configuration may have started. */
export type Act = 'start' | 'stop' | 'restart' | 'signal' | 'upgrade' | 'apply' | 'send' | 'attach';

/** A `Situation`. */
type Found = { kind: 'managed'; view: View } | SettledRemains;

/**
 * Tells a program of another configuration from the caller's. Called as zdaemon, nothing happens.
 *
 * @param context with `force`, an act other than a start is allowed
 * @param situation what was found at the socket
 * @param act what the command is about to do; null if it only reports, which it does with a note on standard error
 * @throws UserError naming both configurations
 */
export function checkWhose(context: ActionContext, situation: Found, act: Act | null): void {
  const { configuration, flavour } = context;
  const claim = flavour === 'zd' ? findClaim(situation) : null;
  if (!claim) return;
  const rival = findRival(configuration, claim);
  const socket = shorten(findAddress(configuration).path);
  if (rival === null) return noteProgram(context, claim, socket);
  const sentence = `${socket} is in use by ${rival} (${claim.who})`;
  const own = nameConfiguration(configuration);
  if (act === 'start') throw new UserError(`cannot start: ${sentence}; ${adviseOnSocket(configuration)}`);
  if (act !== null && !configuration.settings.force) {
    const theirs = rival.startsWith('-p ') ? rival : `-C ${rival}`;
    const command = act === 'signal' ? 'kill' : act;
    throw new UserError(`cannot ${act}: ${sentence}, not by ${own}; use ${theirs}, or zd --force ${command}`);
  }
  noteOnce(context, `${sentence}, not by ${own}`);
}

/** The same for a command that needs no manager: it notes whose program answers, if one does. */
export async function noteWhose(context: ActionContext): Promise<void> {
  const { configuration, clock, flavour } = context;
  if (flavour === 'zdaemon') return;
  const view = await queryManager(findAddress(configuration), clock).catch(() => null);
  if (view) checkWhose(context, { kind: 'managed', view }, null);
}

/** Whether what was found belongs to another configuration than the caller's. */
export function isAnothers({ configuration, flavour }: ActionContext, situation: Found): boolean {
  const claim = flavour === 'zd' ? findClaim(situation) : null;
  return claim !== null && findRival(configuration, claim) !== null;
}

/** Whether the words that a manager reports begin with the configured program (zdaemon). */
export function runsProgram({ args }: Pick<View, 'args'>, { settings }: Configuration): boolean {
  return !args || settings.program.every((word, index) => args[index] === word);
}

/** What is known of the configuration that a running program was started by. */
interface Claim {
  /** Unknown for a manager of zdaemon and of zd 0.1. */
  source: Source | null;
  args: string[] | null;
  /** `pid 12`. */
  who: string;
}

function findClaim(situation: Found): Claim | null {
  if (situation.kind === 'nothing') return null;
  if (situation.kind === 'managed') {
    const { pid, managerPid, args, report } = situation.view;
    return {
      source: report?.source ?? null,
      args,
      who: pid === null ? `manager pid ${managerPid}` : `pid ${pid}`,
    };
  }
  const { order } = situation;
  const args = order && [...order.settings.program, ...order.args];
  const pid = situation.kind === 'orphaned' ? situation.program.pid : situation.groups[0];
  return { source: order?.source ?? null, args, who: `pid ${pid}` };
}

/** @returns the name of the other configuration; null if it is the same one, or if that is unknown */
function findRival(configuration: Configuration, { source, args }: Omit<Claim, 'who'>): string | null {
  const { file, settings } = configuration;
  // With neither, the caller means whatever is there.
  if (!source || (file === null && settings.program.length === 0)) return null;
  const own = namedFile(configuration);
  if (own !== null && source.file !== null)
    return isOtherFile(own, source.file) ? shorten(source.file) : null;
  if (runsProgram({ args }, configuration)) return null;
  if (source.file === null) return nameProgramFlag(args ?? []);
  return existsSync(source.file) ? shorten(source.file) : null;
}

/** A file that is gone proves nothing: its folder was moved. */
export function isOtherFile(own: string, remembered: string): boolean {
  return own !== remembered && existsSync(remembered) && !isSamePlace(own, remembered);
}

/** A manager that does not say what it was started by may still run another program. */
function noteProgram(context: ActionContext, { source, args, who }: Claim, socket: string): void {
  const { configuration } = context;
  if (source || runsProgram({ args }, configuration)) return;
  const { program } = configuration.settings;
  noteOnce(
    context,
    `${socket} is in use by ${quoteWords(args ?? [])} (${who}), not by ${quoteWords(program)}`,
  );
}

/** A command that waits looks several times. */
const noted = new WeakSet<ActionContext>();

function noteOnce(context: ActionContext, sentence: string): void {
  if (noted.has(context)) return;
  noted.add(context);
  complain(context, sentence);
}

function nameConfiguration({ file, settings }: Configuration): string {
  return file ?? nameProgramFlag(settings.program);
}

function nameProgramFlag(words: readonly string[]): string {
  return `-p ${quoteWords([quoteWords(words)])}`;
}

function adviseOnSocket({ file }: Configuration): string {
  return file === null ? 'use -s with another socket' : `give ${file} a socket-name of its own`;
}

/** A path below the current folder without that folder. */
function shorten(path: string): string {
  const here = findCurrentFolder();
  const short = here === null ? path : relative(here, path);
  return here === '/' || short === '' || short.startsWith('..') || isAbsolute(short) ? path : short;
}
