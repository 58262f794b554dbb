import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { upgrade } from './upgrade';

export class UpgradeCommand extends ZdCommand {
  static override paths = pathsOf('upgrade');

  static override usage = pageOf('upgrade', {
    details: `
      Replaces the running manager with one of this zd, with the current settings. The program is not touched and none
      of its output is lost, but its exit status will be unknown. If the new manager cannot take over, the old one
      continues.

      Exit status: 0 done; 1 refused, and standard error states the reason; 3 there is no manager.
    `,
    examples: [['after an update of zd', 'zd -C app.conf upgrade']],
  });

  run(context: ActionContext) {
    return upgrade(context);
  }
}
