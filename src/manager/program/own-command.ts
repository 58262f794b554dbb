import { KINDS } from '../../protocol/keeper/wire';
import type { LaunchOrder } from '../../protocol/launch-order';
import { describeReason } from '../../system/errors';
import { identify } from '../../system/identity';
import { describeEnding } from '../../system/signals';
import type { KeeperParent } from '../parent/keeper-parent';
import type { Parent } from '../parent/parent';
import type { Scene } from '../scene';
import type { Transcript } from '../transcript/transcript';
import { openHelperOutput, runHelper } from './helper';
import { prepareSpawn, type SpawnSurroundings } from './prepare-spawn';

const SIGKILL = 9;

export interface OwnCommandParts extends SpawnSurroundings {
  readonly parent: Parent;
  readonly transcript: Transcript | null;
  readonly order: LaunchOrder;
}

export interface OwnCommand {
  /** Its key, for messages. */
  key: string;
  words: string[];
  /** The pid of the program, which the command gets as ZD_PID. */
  pid: number;
}

/**
 * Runs stop-program. If it succeeds, the program has what is left of stop-timeout to exit; if not, the signals follow.
 *
 * @returns a function that ends it
 */
export function runStopProgram(scene: Scene): () => void {
  const { order, life, eventLog, emit, dispatch } = scene;
  const words = order.settings.stopProgram ?? [];
  eventLog.log('info', `running stop-program for pid ${life.pid}`);
  return runOwnCommand({ key: 'stop-program', words, pid: life.pid ?? 0 }, scene, failure => {
    if (failure === null) return;
    eventLog.log('error', failure);
    emit({ event: 'hook-failed', hook: 'stop-program', reason: failure });
    dispatch({ name: 'stopProgramEnded' });
  });
}

/** Ends what an earlier manager has run beside the program; where that goes on, it begins anew. */
export function endEarlierCommands(keeper: KeeperParent): void {
  for (const { pid, kind } of keeper.kept)
    if (kind === KINDS.helper) keeper.signalGroup(identify(pid), SIGKILL).catch(() => {});
}

/** Seconds that reload-program may take. */
const RELOAD_LIMIT = 60;

/**
 * Runs reload-program.
 *
 * @param endWithRun has a function called when the program has exited; returns one that prevents that
 * @throws Error with the reason if it does not exit with 0 in time
 */
export function runReloadProgram(
  scene: Pick<Scene, 'clock' | 'life'> & OwnCommandParts,
  endWithRun: (end: () => void) => () => void,
): Promise<void> {
  const { order, life, clock } = scene;
  const words = order.settings.reloadProgram ?? [];
  return new Promise((resolve, reject) => {
    let isOver = false;
    let disarm = () => {};
    const settle = (failure: string | null) => {
      isOver = true;
      disarm();
      if (failure === null) resolve();
      else reject(new Error(failure));
    };
    const end = runOwnCommand({ key: 'reload-program', words, pid: life.pid ?? 0 }, scene, settle);
    if (isOver) return;
    const abort = (why: string) => {
      end();
      settle(`reload-program ${why} and was ended`);
    };
    const cancel = clock.after(RELOAD_LIMIT, () => abort(`took longer than ${RELOAD_LIMIT} seconds`));
    const forget = endWithRun(() => abort('has outlived the program'));
    disarm = () => {
      cancel();
      forget();
    };
  });
}

/**
 * Runs a command of the configuration that acts on the program: like the program, in a session of its own, with its
 * output in the transcript.
 *
 * @param done called once, with null if it exited with 0, else with the reason; not after it was ended
 * @returns a function that ends it and its process group
 */
export function runOwnCommand(
  { key, words, pid }: OwnCommand,
  parts: OwnCommandParts,
  done: (failure: string | null) => void,
): () => void {
  const { parent, transcript, order } = parts;
  const finish = (failure: string | null) => done(failure === null ? null : `${key} ${failure}`);
  const fail = (reason: string) => {
    finish(`cannot be run: ${reason}`);
    return () => {};
  };
  const found = prepareSpawn(words, order, parts, key);
  if ('reason' in found) return fail(found.reason);
  const command = { ...found, environment: { ...found.environment, ZD_PID: String(pid) } };
  try {
    return runHelper(
      { parent, command, output: openHelperOutput(transcript) },
      {
        failed: fail,
        exited: ending => finish(ending.code === 0 ? null : `failed: ${describeEnding(ending)}`),
      },
    );
  } catch (error) {
    return fail(describeReason(error));
  }
}
