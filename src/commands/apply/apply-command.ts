import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { apply } from './apply';

export class ApplyCommand extends ZdCommand {
  static override paths = pathsOf('apply');

  static override usage = pageOf('apply', {
    details: `
      Makes what runs equal to the configuration file: what can change at once does, other settings restart the program,
      and the manager's own replace the manager, as upgrade does. Each change is printed before it is made. Words after
      start are kept. A program that is down stays down.

      With many programs, those that are new are started, those that are gone are stopped, and what was stopped by hand or
      has failed stays down. The plan is printed first, one line for each program.

      A file with a fault changes nothing. What only a stop and a start can change, such as user, is named on standard
      error.

      Exit status: 0 file and program agree; 1 something was not applied, or the restart failed; 2 the file has a fault, and
      nothing changed; 3 there is no manager.
    `,
    examples: [
      ['apply an edited file', 'zd -C app.conf apply'],
      ['see what that would do', 'zd -C app.conf apply --dry-run'],
    ],
  });

  dryRun = Option.Boolean('--dry-run', false, { description: 'only print what would change' });

  watched = Option.Boolean('--watched', false, {
    description: 'as watch-config does: keep the values of flags, refuse a file of others',
  });

  run(context: ActionContext) {
    return apply(context, { dryRun: this.dryRun, watched: this.watched });
  }
}
