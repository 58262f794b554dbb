import { basename } from 'node:path';
import type { ProgramEvent } from '../../protocol/events';
import { placeStreams } from '../../protocol/launch-order';
import { stepOf } from '../../settings/schedule/what-runs';
import { type Ending, nameSignal } from '../../system/signals';
import type { HookScene } from './run-hook';

type Variables = Record<string, string | undefined>;

/** What before-start is told. */
export function tellStart(scene: HookScene): Variables {
  return { ...tellDaemon(scene), ZD_EVENT: 'starting' };
}

/** What after-exit is told: of the run that has ended. */
export function tellExit(scene: HookScene): Variables {
  const { lastExit } = scene.record;
  if (!lastExit) return { ...tellDaemon(scene), ZD_EVENT: 'exited' };
  const { pid, uptime, reason, step } = lastExit;
  return {
    ...tellDaemon(scene),
    ZD_EVENT: 'exited',
    ...tellEnding(lastExit),
    ZD_PID: pid ? String(pid) : undefined,
    ZD_UPTIME: showUptime(uptime),
    ZD_REASON: reason ?? undefined,
    ...(step === undefined ? {} : { ZD_STEP: step }),
  };
}

/** What on-event is told, as far as the event says it; an end of the program says how it ended. */
export function tellEvent(scene: HookScene, event: ProgramEvent, missed: number): Variables {
  const { lastExit, failedStart } = scene.record;
  const { pid, reason, step } = event;
  // A failure comes from the end before it, unless the last start has led to no process.
  const isEnd = (event.event === 'failed' || event.event === 'gave-up') && failedStart === null;
  const ended: Record<string, unknown> = isEnd && lastExit ? { ...lastExit } : event;
  const about = pid ?? ended.pid ?? scene.life.pid;
  const lasted = ended.uptime;
  return {
    ...tellDaemon(scene),
    ZD_EVENT: event.event,
    ...tellEnding(ended),
    ZD_PID: typeof about === 'number' ? String(about) : undefined,
    ZD_UPTIME: typeof lasted === 'number' ? showUptime(lasted) : undefined,
    ZD_REASON: typeof reason === 'string' ? reason : undefined,
    ...(typeof step === 'string' ? { ZD_STEP: step } : {}),
    ZD_MISSED: String(missed),
  };
}

/**
 * How the last run ended, in perp's words.
 *
 * @returns `['exit', '3']`, `['signal', '9', 'SIGKILL']` or `['unknown']`
 */
export function sayEnding({ code, signal }: Partial<Ending>): string[] {
  if (signal !== null && signal !== undefined) return ['signal', String(signal), nameSignal(signal)];
  return code === null || code === undefined ? ['unknown'] : ['exit', String(code)];
}

/** Every variable of a hook is here, so that none is inherited from a hook of another daemon. */
function tellDaemon({ order, life, transcript }: HookScene): Variables {
  const { settings, name, socket } = order;
  return {
    ZD_NAME: name ?? basename(settings.program[0] ?? ''),
    ZD_STEP: stepOf(settings, life) ?? undefined,
    ZD_TRANSCRIPT: transcript ? placeStreams(order).transcript : undefined,
    ZD_SOCKET: socket,
    ZD_EVENT: undefined,
    ZD_PID: undefined,
    ZD_EXIT_CODE: undefined,
    ZD_SIGNAL: undefined,
    ZD_UPTIME: undefined,
    ZD_REASON: undefined,
    ZD_MISSED: undefined,
  };
}

function tellEnding({ code, signal }: { code?: unknown; signal?: unknown }): Variables {
  return {
    ZD_EXIT_CODE: typeof code === 'number' ? String(code) : undefined,
    ZD_SIGNAL: typeof signal === 'number' ? nameSignal(signal) : undefined,
  };
}

/** Whole seconds, which a shell can compare. */
function showUptime(seconds: number): string {
  return String(Math.max(0, Math.floor(seconds)));
}
