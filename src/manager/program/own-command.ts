import { KINDS } from '../../protocol/keeper/wire';
import type { LaunchOrder } from '../../protocol/launch-order';
import { describeReason } from '../../system/errors';
import { type Identity, identify } from '../../system/identity';
import { explainSpawn } from '../../system/run/explain-spawn';
import { describeEnding } from '../../system/signals';
import type { Parent } from '../parent/parent';
import type { Transcript } from '../transcript/transcript';
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
  let isOver = false;
  let current: Identity | null = null;
  const finish = (failure: string | null) => {
    if (!isOver) done(failure === null ? null : `${key} ${failure}`);
    isOver = true;
  };
  /** A group that exited just now needs no signal. */
  const kill = () => void (current && parent.signalGroup(current, SIGKILL).catch(() => {}));
  const fail = (reason: string) => {
    finish(`cannot be run: ${reason}`);
    return () => {};
  };

  const found = prepareSpawn(words, order, parts, key);
  if ('reason' in found) return fail(found.reason);
  const command = { ...found, environment: { ...found.environment, ZD_PID: String(pid) } };
  try {
    const { descriptors, close } = transcript?.openOutput() ?? inheritOutput();
    parent.spawn(
      { ...command, kind: KINDS.helper, ownSession: true, descriptors },
      {
        spawned(helper) {
          close();
          current = identify(helper);
          if (isOver) kill();
        },
        failed(error) {
          close();
          fail(explainSpawn(command.file, error, command));
        },
        exited(ending) {
          current = null;
          finish(ending.code === 0 ? null : `failed: ${describeEnding(ending)}`);
        },
      },
    );
  } catch (error) {
    return fail(describeReason(error));
  }
  return () => {
    isOver = true;
    kill();
  };
}

/** In the foreground, it writes where the program writes. */
function inheritOutput() {
  return { descriptors: ['null', 'same', 'same'] as ('null' | 'same')[], close() {} };
}
