import type { LaunchOrder } from '../../protocol/launch-order';
import { programWords } from '../../protocol/launch-order';
import { type ProgramState, STATUS_SCHEMA, type StatusReport } from '../../protocol/messages';
import type { Clock } from '../../system/clock';
import { VERSION } from '../../system/version';
import type { Lifecycle, StateName } from '../lifecycle/types';
import type { RunRecord } from '../record/run-record';
import type { Transcript } from '../transcript/transcript';

export interface ReportParts {
  life: Lifecycle;
  order: LaunchOrder;
  clock: Clock;
  record: Pick<RunRecord, 'file' | 'startedAt' | 'starts' | 'lastExit'>;
  adopted: boolean;
  socketError: string | null;
  /** The last lines the program said, if they were asked for. */
  lines: string[] | null;
  transcript: Pick<Transcript, 'lost' | 'held' | 'trouble'> | null;
}

/** Says what the manager knows, in the layout of `status --json`. */
export function reportStatus({
  life,
  order,
  clock,
  record,
  transcript,
  ...parts
}: ReportParts): StatusReport {
  const now = clock.wall();
  return {
    schema: STATUS_SCHEMA,
    state: nameState(life),
    wanted: life.wanted,
    pid: life.pid,
    managerPid: process.pid,
    since: record.startedAt,
    uptime: life.pid === null || life.startedAt === null ? null : clock.now() - life.startedAt,
    restarts: Math.max(0, record.starts - 1),
    backoff: life.backoff,
    backoffLimit: order.settings.backoffLimit,
    nextAttempt: life.name === 'backoff' && life.deadline !== null ? now + life.deadline - clock.now() : null,
    testing: life.name === 'starting' && order.settings.startTestProgram !== null && !life.tested,
    adopted: parts.adopted,
    lastExit: record.lastExit,
    file: record.file,
    args: programWords(order),
    transcript: order.settings.transcript,
    transcriptLost: transcript?.lost ?? 0,
    transcriptHeld: transcript?.held ?? 0,
    transcriptError: transcript?.trouble ?? null,
    socketError: parts.socketError,
    ...(parts.lines ? { lines: parts.lines } : {}),
    now,
    version: VERSION,
  };
}

/** The states people are told of: how a stop proceeds inside is the manager's own affair. */
function nameState(life: Lifecycle): ProgramState {
  const inner: Record<StateName, ProgramState> = {
    idle: 'idle',
    starting: 'starting',
    running: 'running',
    resumed: 'running',
    backoff: 'backoff',
    stopping: 'stopping',
    restarting: 'restarting',
    sweeping: life.wanted === 'up' ? 'restarting' : 'stopping',
    gone: 'stopping',
  };
  return inner[life.name];
}
