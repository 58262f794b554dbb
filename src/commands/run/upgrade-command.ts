import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { upgrade } from './upgrade';

export class UpgradeCommand extends ZdCommand {
  static override paths = pathsOf('upgrade');

  static override usage = pageOf('upgrade', {
    details: `
      Puts a manager of this very zd in place of the running one, with the settings as they are now. The program is
      untouched and loses no line; its exit status cannot be known any more. If the new manager cannot take over, the
      old one goes on.

      Exit status: 0 done; 1 refused, and standard error says why; 3 there is no manager.
    `,
    examples: [['after an update of zd', 'zd -C app.conf upgrade']],
  });

  run(context: ActionContext) {
    return upgrade(context);
  }
}
