import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { top } from './watch';

export class TopCommand extends ZdCommand {
  static override paths = pathsOf('top');

  static override usage = pageOf('top', {
    details: `
      Shows the program on the whole screen, as it runs: its state, processor and memory over the last five minutes, its
      processes and ports, and its output below. q leaves it, p freezes it, r restarts the program after a question. It
      stays when the manager is replaced or has left, and goes on when another one begins. With --json, it prints an
      object each second.

      With many programs it is their list, with the output of the selected one below; ? lists the keys.

      Exit status: 0.
    `,
    examples: [
      ['watch it', 'zd -C app.conf top'],
      ['for scripts', 'zd -C app.conf top --json >samples'],
    ],
  });

  json = Option.Boolean('--json', false, { description: 'print an object each second' });

  run(context: ActionContext) {
    return top(context, this.json);
  }
}
