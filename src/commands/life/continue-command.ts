import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, withForce, ZdCommand } from '../base';
import { continueProgram } from './pause';

export class ContinueCommand extends ZdCommand {
  static override paths = pathsOf('continue');

  static override usage = pageOf('continue', {
    details: `
      Sends SIGCONT to the program and its process group, and lets its clocks go on. Also for a program that something
      else has suspended.

      Exit status: 0 it was sent; 1 it could not be sent; 3 the program is not running.
    `,
    examples: [['continue it', 'zd -C app.conf continue']],
  });

  force = Option.Boolean('--force', false, { description: 'continue a program of another configuration' });

  run(context: ActionContext) {
    return continueProgram(withForce(context, this.force));
  }
}
