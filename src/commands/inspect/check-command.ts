import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { check } from './check';

export class CheckCommand extends ZdCommand {
  static override paths = pathsOf('check');

  static override usage = pageOf('check', {
    details: `
      Reads the configuration, looks for the program, the start test, users, groups, folders and files, and prints
      a summary.

      Exit status: 0 a start would be tried; 2 a fault, with file and line on standard error.
    `,
    examples: [['before a restart', 'zd -C app.conf check && zd -C app.conf restart']],
  });

  run(context: ActionContext) {
    return check(context);
  }
}
