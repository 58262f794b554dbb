import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { history } from './history';

export class HistoryCommand extends ZdCommand {
  static override paths = pathsOf('history');

  static override usage = pageOf('history', {
    details: `
      Prints the last ends of the program, oldest first: when, how long it was up, how it ended, and what made it end. The
      last line of output follows where that may be the explanation. They are kept in the state folder, at most 50, so
      they outlive managers; without a manager the folder is read.

      With many programs these are the ends of all, in the order of time.

      Exit status: 0; 4 the manager cannot be reached.
    `,
    examples: [
      ['why did it restart last night?', 'zd -C app.conf history'],
      ['the last end, for scripts', 'zd -C app.conf history -n 1 --json'],
    ],
  });

  count = Option.String('-n', { description: 'print only the last N ends' });

  run(context: ActionContext) {
    return history(context, this.count ?? null);
  }
}
