import { KINDS } from '../../protocol/keeper/wire';
import { type Identity, identify } from '../../system/identity';
import type { Ending } from '../../system/signals';
import type { Parent, SpawnRequest } from '../parent/parent';
import type { Outlets, Transcript } from '../transcript/transcript';
import { describeFailure } from './describe-failure';
import type { PreparedSpawn } from './prepare-spawn';

const SIGKILL = 9;

/** The descriptors of a helper, and what closes the manager's copies of them. */
export type HelperOutput = Pick<Outlets, 'close'> & { descriptors: SpawnRequest['descriptors'] };

export interface Helper {
  parent: Parent;
  command: PreparedSpawn;
  output: HelperOutput;
}

/** At most one of `failed` and `exited` is called, once, and neither after the helper was ended. */
export interface HelperListener {
  /** It could not be run. */
  failed(reason: string): void;
  exited(ending: Ending): void;
  /** Called before `exited`, also of a helper that was ended: its process group may go on without it. */
  left?(leader: Identity): void;
}

/**
 * Opens the output of a command that the manager runs beside the program: it goes where the program's output goes.
 *
 * @throws the system's error
 */
export function openHelperOutput(transcript: Transcript | null): HelperOutput {
  return transcript?.openOutput() ?? { descriptors: ['null', 'same', 'same'], close() {} };
}

/**
 * Runs a command beside the program, in a session of its own.
 *
 * @returns a function that ends it and its process group
 * @throws the system's error if there can be no process
 */
export function runHelper({ parent, command, output }: Helper, listener: HelperListener): () => void {
  let isOver = false;
  let current: Identity | null = null;
  /** A group that exited just now needs no signal. */
  const kill = () => void (current && parent.signalGroup(current, SIGKILL).catch(() => {}));
  const finish = (report: () => void) => {
    if (!isOver) report();
    isOver = true;
  };
  parent.spawn(
    { ...command, kind: KINDS.helper, ownSession: true, descriptors: output.descriptors },
    {
      spawned(pid) {
        output.close();
        current = identify(pid);
        if (isOver) kill();
      },
      failed(error) {
        output.close();
        finish(() => listener.failed(describeFailure(command, error)));
      },
      exited(ending) {
        const leader = current;
        current = null;
        if (leader) listener.left?.(leader);
        finish(() => listener.exited(ending));
      },
    },
  );
  return () => {
    isOver = true;
    kill();
  };
}

/** What a helper has left in its session: the keeper knows those as descendants, and a group only while it has a leader. */
export function endRest(parent: Parent, leader: Identity): void {
  if (parent.keeperPid === null) return void parent.signalGroup(leader, SIGKILL).catch(() => {});
  try {
    for (const one of parent.findDescendants())
      if (one.session === leader.pid) parent.signal(one, SIGKILL).catch(() => {});
  } catch {
    // Without a free descriptor they cannot be seen; they count as left behind by the program.
  }
}
