import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { list } from './list';

export class ListCommand extends ZdCommand {
  static override paths = pathsOf('list');

  static override usage = pageOf('list', {
    details: `
      Prints one line for each daemon: name, state, pid, time up, restarts that nobody asked for, processor time over
      that time, memory, and why it is in this state. With a configuration (-C, -p, -s, ZD_CONFIG or zd.conf here) that
      is one daemon. Without one, these are all managers of this user; as root, those of all users.

      With many programs, there is a line for each that the words after it select, also for one that is down, faulty, or up
      although it is not configured any more.

      -o chooses columns: name state pid uptime restarts cpu mem tags why socket file. --sort orders the lines by one of
      them, with - in front from the largest. In a pipe nothing is cut.

      Exit status: 0, also when none is up; status judges.
    `,
    examples: [
      ['what runs here?', 'zd list'],
      ['all programs of a folder', 'zd -C apps list'],
      ['who uses most memory?', 'zd list --sort=-mem'],
      ['for scripts', 'zd list --json'],
    ],
  });

  columns = Option.String('-o', { description: 'print these columns, separated by commas' });

  sort = Option.String('--sort', { description: 'order by this column' });

  run(context: ActionContext) {
    return list(context, { columns: this.columns ?? null, sort: this.sort ?? null });
  }
}
