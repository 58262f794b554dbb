import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { check } from './check';

export class CheckCommand extends ZdCommand {
  static override paths = pathsOf('check');

  static override usage = pageOf('check', {
    details: `
      Reads the configuration, checks the program, the start test, users, groups, folders and files, and prints a
      summary.

      For many programs, \`zd -C FOLDER check [NAME...]\`: one line for each, or its faults, also those of \`after\`.

      Exit status: 0 start would try to start the program; 2 the configuration has a fault, with file and line on
      standard error.
    `,
    examples: [['before a restart', 'zd -C app.conf check && zd -C app.conf restart']],
  });

  verbose = Option.Boolean('-v,--verbose', false, {
    description: 'list the folders where the program is searched',
  });

  run(context: ActionContext) {
    return check(context, this.verbose);
  }
}
