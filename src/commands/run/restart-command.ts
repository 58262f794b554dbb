import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { restart } from './restart';

export class RestartCommand extends ZdCommand {
  static override paths = pathsOf('restart');

  static override usage = pageOf('restart', {
    details: `
      The manager stays. Program, environment and restart rules are read again from the configuration file. A program
      that is down is started. A program that another configuration has started is restarted only with zd --force restart.

      Nothing is stopped before the file has passed every check of the command check. What the manager cannot take over is
      named on standard error.

      For many programs, \`zd -C FOLDER restart [NAME...]\`: without a name, those that are up, in the order of \`after\`.
      With --dependents what needs them is restarted too, with --rolling they are restarted one after another, up to the
      first failure, and with --dry-run nothing is done and only said.

      Exit status: as for start; 2 also means that nothing was stopped.
    `,
    examples: [
      ['restart after a change to the file', 'zd -C app.conf restart'],
      ['restart the copies of a program one by one', 'zd -C apps restart web --rolling'],
    ],
  });

  words = Option.Proxy({ name: 'argument' });

  run(context: ActionContext) {
    return restart(context, this.words);
  }
}
