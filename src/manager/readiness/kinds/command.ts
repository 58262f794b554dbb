import { describeReason } from '../../../system/errors';
import type { Identity } from '../../../system/identity';
import { describeEnding, type Ending } from '../../../system/signals';
import type { Parent } from '../../parent/parent';
import { type HelperOutput, runHelper } from '../../program/helper';
import type { PreparedSpawn } from '../../program/prepare-spawn';
import type { Try } from './try';

const SIGKILL = 9;

export interface CommandParts {
  parent: Parent;
  /** Looks the command up; done anew for each try. */
  prepare(words: string[]): PreparedSpawn | { reason: string };
  /** Opens what it gets as descriptors: its output goes where the program's output goes. */
  openOutput(): HelperOutput;
}

/** Holds when the command exits with 0. Its whole process group is killed with the try, however that ends. */
export function tryCommand(words: string[], { parent, prepare, openOutput }: CommandParts): Try {
  return done => {
    const fail = (reason: string) => {
      done({ says: `cannot be run: ${reason}`, isTrouble: true });
      return () => {};
    };
    const command = prepare(words);
    if ('reason' in command) return fail(command.reason);
    let output: HelperOutput;
    try {
      output = openOutput();
    } catch (error) {
      return fail(describeReason(error));
    }
    return runHelper(
      { parent, command, output },
      {
        failed: fail,
        exited: ending => done(judge(ending)),
        left: leader => killRest(parent, leader),
      },
    );
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
