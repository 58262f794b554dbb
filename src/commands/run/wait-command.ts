import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { wait } from './wait';

export class WaitCommand extends ZdCommand {
  static override paths = pathsOf('wait');

  static override usage = pageOf('wait', {
    details: `
      Returns at its next end, whatever the reason, and says what status says then. Ctrl-C ends the wait alone.
    `,
    examples: [['run something when it is over', 'zd -C app.conf wait && echo over']],
  });

  run(context: ActionContext) {
    return wait(context);
  }
}
