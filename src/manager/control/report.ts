import type { LaunchOrder } from '../../protocol/launch-order';
import { programWords } from '../../protocol/launch-order';
import type { BriefReport } from '../../protocol/messages';
import {
  type ProgramState,
  type RunningSettings,
  STATUS_SCHEMA,
  type StatusReport,
} from '../../protocol/messages';
import { flattenDown } from '../../protocol/outcomes';
import { stepOf } from '../../settings/schedule/what-runs';
import { type Clock, wallTimeOf } from '../../system/clock';
import { nameSignal } from '../../system/signals';
import { VERSION } from '../../system/version';
import { countUntilGivingUp } from '../lifecycle/restart-rule';
import { isRound } from '../lifecycle/round';
import { findEnd, planStop, STOP_PROGRAM } from '../lifecycle/stop-plan';
import type { Lifecycle, Rules, StateName } from '../lifecycle/types';
import type { RunRecord } from '../record/run-record';
import { rulesOf } from '../rules';
import type { Transcript } from '../transcript/transcript';

const SIGKILL = 9;

export interface BriefParts {
  life: Lifecycle;
  order: LaunchOrder;
  clock: Clock;
  record: Pick<
    RunRecord,
    | 'file'
    | 'startedAt'
    | 'starts'
    | 'lastExit'
    | 'down'
    | 'startedBy'
    | 'readyAfter'
    | 'notReady'
    | 'failedStart'
    | 'timetable'
  >;
}

export interface ReportParts extends BriefParts {
  adopted: boolean;
  readiness: Pick<StatusReport, 'waitingFor' | 'programStatus' | 'aliveError'>;
  suspended: boolean;
  keeperPid: number | null;
  socketError: string | null;
  eventLogError: string | null;
  /** See `StatusReport`; null without these settings. */
  watch: NonNullable<StatusReport['watch']> | null;
  /** The program's last lines of output, if requested. */
  lines: string[] | null;
  /** What the manager follows, if requested. */
  running: RunningSettings | null;
  /** The number of the last event. */
  lastEvent: number;
  transcript: (Pick<Transcript, 'lost' | 'held' | 'problem'> & Partial<Pick<Transcript, 'receiver'>>) | null;
}

/** Reports only what the text protocol needs, because every text request calls this. */
export function reportBriefly({ life, order, clock, record }: BriefParts): BriefReport {
  const now = clock.wall();
  const { settings } = order;
  const isLate = record.notReady !== null && life.name === 'starting' && life.paused === null;
  return {
    state: isLate ? 'running' : nameState(life),
    wanted: life.wanted,
    pid: life.pid,
    managerPid: process.pid,
    since: record.startedAt,
    backoff: Math.min(life.backoff, Math.ceil(settings.backoffLimit)),
    backoffLimit: settings.backoffLimit,
    nextAttempt: life.name === 'backoff' && life.deadline !== null ? now + life.deadline - clock.now() : null,
    testing: life.name === 'starting' && rulesOf(order).hasReadiness && !life.tested,
    file: record.file,
    args:
      order.args.length > 0 || settings.steps !== null ? programWords(order, life.step) : settings.program,
    now,
  };
}

/** Reports everything the manager knows, in the layout of `status --json`. */
export function reportStatus(parts: ReportParts): StatusReport {
  const { life, order, clock, record, transcript } = parts;
  const { state, wanted, pid, managerPid, since, now, file, args, ...brief } = reportBriefly(parts);
  const { backoff, backoffLimit, nextAttempt, testing } = brief;
  const rules = rulesOf(order);
  return {
    schema: STATUS_SCHEMA,
    ...(order.name === undefined ? {} : { name: order.name }),
    state,
    wanted,
    pid,
    managerPid,
    keeperPid: parts.keeperPid,
    since,
    uptime: life.pid === null || life.startedAt === null ? null : clock.now() - life.startedAt,
    ready: rules.hasReadiness ? life.pid !== null && life.tested : null,
    notReady: record.notReady,
    readyAfter: life.pid === null ? null : record.readyAfter,
    startedBy: record.startedBy,
    restarts: Math.max(0, record.starts - 1),
    crashes: life.crashes,
    backoff,
    backoffLimit,
    givesUpAfter: isRound(rules) ? null : countUntilGivingUp(life.outcome === 'gave-up' ? 0 : backoff, rules),
    nextAttempt,
    nextRun: life.name === 'waiting' && life.deadline !== null ? wallTimeOf(life.deadline, clock) : null,
    skipped: record.timetable?.skipped ?? 0,
    step: life.name === 'waiting' && life.step === 0 ? null : stepOf(order.settings, life),
    isLast: life.isLast,
    killAt: findKill(parts, now),
    stopStep: describeStage(life, rules),
    testing,
    ...parts.readiness,
    suspended: parts.suspended,
    adopted: parts.adopted,
    lastExit: record.lastExit,
    ...flattenDown(record.down),
    ...(life.name === 'backoff' && record.failedStart !== null ? { reason: record.failedStart } : {}),
    file,
    args,
    source: order.source ?? null,
    transcript: order.settings.transcript,
    ...describeReceiver(parts),
    transcriptLost: transcript?.lost ?? 0,
    transcriptHeld: transcript?.held ?? 0,
    transcriptError: transcript?.problem ?? null,
    eventLogError: parts.eventLogError,
    socketError: parts.socketError,
    lastEvent: parts.lastEvent,
    ...(parts.watch ? { watch: parts.watch } : {}),
    ...(parts.lines ? { lines: parts.lines } : {}),
    ...(parts.running ? { running: parts.running } : {}),
    now,
    version: VERSION,
  };
}

function describeReceiver({ order, transcript }: ReportParts): Pick<StatusReport, 'transcriptProgram'> {
  const { transcriptProgram: command } = order.settings;
  if (!command || !transcript) return {};
  return { transcriptProgram: { command, pid: transcript.receiver?.pid ?? null } };
}

/** When SIGKILL is due: at the end of the plan, or when the time of what the program has left behind is over. */
function findKill({ life, order, clock }: ReportParts, now: number): number | null {
  if (!isEnding(life)) return null;
  const due = life.name === 'sweeping' ? life.deadline : findEnd(life, rulesOf(order));
  return due === null ? null : now + due - clock.now();
}

/** Of what the program has left behind, the plan is over: it has had SIGTERM. */
function describeStage({ name, stage, refused }: Lifecycle, rules: Rules): string | null {
  if (name === 'cleaning') return 'after-exit';
  if (refused || (name !== 'stopping' && name !== 'restarting')) return null;
  if (stage === STOP_PROGRAM) return 'stop-program';
  return nameSignal(planStop(rules)[stage]?.signal ?? SIGKILL);
}

function isEnding({ name }: Lifecycle): boolean {
  return name === 'stopping' || name === 'restarting' || name === 'sweeping';
}

/** The state shown to users, who need not know the internal stages of a stop. */
export function nameState({ name, wanted, paused }: Lifecycle): ProgramState {
  if (paused !== null && ['starting', 'running', 'resumed'].includes(name)) return 'paused';
  const isEnded = name === 'sweeping' || name === 'cleaning';
  return isEnded && wanted === 'up' ? 'restarting' : shownStates[name];
}

const shownStates: Record<StateName, ProgramState> = {
  idle: 'idle',
  preparing: 'starting',
  waiting: 'waiting',
  starting: 'starting',
  running: 'running',
  resumed: 'running',
  backoff: 'backoff',
  stopping: 'stopping',
  restarting: 'restarting',
  sweeping: 'stopping',
  cleaning: 'stopping',
  gone: 'stopping',
};
