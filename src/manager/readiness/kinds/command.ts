import { KINDS } from '../../../protocol/keeper/wire';
import { describeReason } from '../../../system/errors';
import { type Identity, identify } from '../../../system/identity';
import { explainSpawn } from '../../../system/run/explain-spawn';
import { describeEnding, type Ending } from '../../../system/signals';
import type { Parent, SpawnRequest } from '../../parent/parent';
import type { PreparedSpawn } from '../../program/prepare-spawn';
import type { Outlets } from '../../transcript/transcript';
import type { Try } from './try';

const SIGKILL = 9;

export interface CommandParts {
  parent: Parent;
  /** Looks the command up; done anew for each try. */
  prepare(words: string[]): PreparedSpawn | { reason: string };
  /** Opens what it gets as descriptors: its output goes where the program's output goes. */
  openOutput(): Pick<Outlets, 'close'> & { descriptors: SpawnRequest['descriptors'] };
}

/** Holds when the command exits with 0. Its whole process group is killed with the try, however that ends. */
export function tryCommand(words: string[], { parent, prepare, openOutput }: CommandParts): Try {
  return done => {
    let isOver = false;
    let current: Identity | null = null;
    const fail = (reason: string) => {
      if (!isOver) done({ says: `cannot be run: ${reason}`, isTrouble: true });
      isOver = true;
    };
    /** A group that exited just now needs no signal. */
    const kill = () => void (current && parent.signalGroup(current, SIGKILL).catch(() => {}));

    const command = prepare(words);
    let output: ReturnType<CommandParts['openOutput']> | null = null;
    try {
      if (!('reason' in command)) output = openOutput();
    } catch (error) {
      fail(describeReason(error));
    }
    if ('reason' in command) fail(command.reason);
    if ('reason' in command || output === null) return () => {};
    const { descriptors, close } = output;
    parent.spawn(
      { ...command, kind: KINDS.helper, ownSession: true, descriptors },
      {
        spawned(pid) {
          close();
          current = identify(pid);
          if (isOver) kill();
        },
        failed(error) {
          close();
          fail(explainSpawn(command.file, error, command));
        },
        exited(ending) {
          const leader = current;
          current = null;
          if (leader) killRest(parent, leader);
          if (!isOver) done(judge(ending));
          isOver = true;
        },
      },
    );
    return () => {
      isOver = true;
      kill();
    };
  };
}

function judge(ending: Ending): { says: string } | null {
  return ending.code === 0 ? null : { says: describeEnding(ending) };
}

/** What it has left in its group: the keeper knows those as descendants, and the group only while it has a leader. */
function killRest(parent: Parent, leader: Identity): void {
  if (parent.keeperPid === null) return void parent.signalGroup(leader, SIGKILL).catch(() => {});
  try {
    for (const one of parent.findDescendants())
      if (one.session === leader.pid) parent.signal(one, SIGKILL).catch(() => {});
  } catch {
    // Without a free descriptor they cannot be seen; they count as left behind by the program.
  }
}
