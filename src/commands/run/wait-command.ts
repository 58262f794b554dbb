import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { wait } from './wait';

export class WaitCommand extends ZdCommand {
  static override paths = pathsOf('wait');

  static override usage = pageOf('wait', {
    details: `
      Returns the next time the program exits, for whatever reason, and prints the status. Ctrl-C ends only the wait.
    `,
    examples: [['run something when the program has exited', 'zd -C app.conf wait && echo over']],
  });

  run(context: ActionContext) {
    return wait(context);
  }
}
