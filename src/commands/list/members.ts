import { existsSync } from 'node:fs';
import { findDrift } from '../../client/configured/changes';
import { isAnothers } from '../../client/configured/whose';
import type { ActionContext } from '../../client/context';
import { observe, type Situation, viewOf } from '../../client/situation';
import type { FaultyMember, Member } from '../../settings/fleet/fleet';
import type { Configuration } from '../../settings/settings';
import { nameStateFolder } from '../../state/folder';
import { locateSocket } from '../../state/socket-path';
import { UserError } from '../../system/errors';
import type { Footprint } from '../../system/proc/footprint';
import { reportSituation } from '../inspect/status';
import { isDone } from '../many/done';
import { contextOf, type Many } from '../many/run-member';
import { describe, type Entry, makeUnknown } from './entries';
import type { LeftOver } from './left-over';

/** One program of a fleet, with what only a fleet says of it. */
export interface MemberEntry extends Entry {
  tags: readonly string[];
  /** Fields for `--json`. */
  facts: object;
}

/**
 * Finds how a program of a fleet is.
 *
 * @param many the fleet
 * @param member the program
 */
export async function findMember(many: Pick<Many, 'world'>, member: Member): Promise<MemberEntry> {
  const context = contextOf(many, member);
  try {
    return describeMember(context, member, await observe(context, { settings: true }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...makeUnknown(placeOf(member), error.message), ...ownOf(member), facts: { state: 'unknown' } };
  }
}

/**
 * The entry of a program whose situation is known.
 *
 * @param used what it uses, if that has been measured already
 */
export function describeMember(
  context: ActionContext,
  member: Member,
  situation: Situation,
  used?: Footprint | null,
): MemberEntry {
  const { configuration } = member;
  const entry = describe(situation, placeOf(member), context.clock, used);
  const { word, notes } = describeOwn(context, configuration, situation);
  const report = reportSituation(context, situation);
  return {
    ...entry,
    ...(word === null ? {} : { word }),
    ...ownOf(member),
    why: [word === 'done' ? '' : entry.why, ...notes].filter(Boolean).join('; '),
    facts: { ...report, configChanged: hasChanged(report), ...describeConfigured(member) },
  };
}

/** The entry of a program that is up, and is not configured any more. */
export function describeLeftOver(
  context: Pick<ActionContext, 'clock'>,
  { name, socket, file, situation }: LeftOver,
): MemberEntry {
  const entry = describe(situation, { name, socket, file }, context.clock);
  const why = ['no longer configured', entry.word === 'running' ? '' : `${entry.word} ${entry.why}`.trim()];
  return {
    ...entry,
    mark: 'between',
    word: 'left over',
    why: why.filter(Boolean).join('; '),
    tags: [],
    facts: { ...viewOf(situation)?.report, leftOver: true },
  };
}

/** The entry of a program that cannot be read; what was started before may run on. */
export function describeFaulty(
  context: Pick<ActionContext, 'clock'>,
  file: string,
  { name, fault }: FaultyMember,
  running: LeftOver | null,
): MemberEntry {
  const entry = running
    ? {
        ...describe(running.situation, running, context.clock),
        why: `${fault}; what was started before goes on`,
      }
    : makeUnknown({ name, socket: '', file }, fault);
  const report = running ? viewOf(running.situation)?.report : null;
  return { ...entry, name, mark: 'bad', word: 'faulty', tags: [], facts: { ...report, state: 'faulty' } };
}

function placeOf({ name, configuration }: Member): Pick<Entry, 'name' | 'socket' | 'file'> {
  return { name, socket: locateSocket(configuration.settings), file: configuration.file };
}

function ownOf({ configuration }: Member): { tags: readonly string[] } {
  return { tags: configuration.settings.tags ?? [] };
}

function describeConfigured({ base, copy, configuration: { settings } }: Member): object {
  const { tags, after, autostart, disable } = settings;
  return { base, copy, tags: tags ?? [], after: after ?? [], autostart, disable };
}

/** Null if it is unknown, or nothing runs. */
function hasChanged(report: { changes?: readonly object[] | null }): boolean | null {
  return report.changes ? report.changes.length > 0 : null;
}

/** What the state alone does not say. */
function describeOwn(
  context: ActionContext,
  configuration: Configuration,
  situation: Situation,
): { word: string | null; notes: string[] } {
  const { settings } = configuration;
  const report = viewOf(situation)?.report;
  if (report) {
    if (isAnothers(context, situation)) return { word: null, notes: ['of another configuration'] };
    const drift = findDrift(configuration, report) ?? [];
    const keys = drift.map(({ key }) => key).join(', ');
    return { word: null, notes: keys === '' ? [] : [`config changed: ${keys}`] };
  }
  if (situation.kind !== 'nothing') return { word: null, notes: [] };
  if (settings.disable) return { word: 'disabled', notes: [] };
  if (isDone(configuration, situation)) return { word: 'done', notes: [] };
  const idle = settings.autostart ? [] : ['autostart is off'];
  const isNew = !existsSync(nameStateFolder(locateSocket(settings)));
  return { word: null, notes: isNew ? ['never started', ...idle] : idle };
}
