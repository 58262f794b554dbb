import { describeReason } from '../../../system/errors';
import { describeEnding, type Ending } from '../../../system/signals';
import type { Parent } from '../../parent/parent';
import { endRest, type HelperOutput, runHelper } from '../../program/helper';
import type { PreparedSpawn } from '../../program/prepare-spawn';
import type { Try } from './try';

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
        left: leader => endRest(parent, leader),
      },
    );
  };
}

function judge(ending: Ending): { says: string } | null {
  return ending.code === 0 ? null : { says: describeEnding(ending) };
}
