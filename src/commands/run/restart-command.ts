import { Command, Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { ZdCommand } from '../base';
import { restart } from './restart';

export class RestartCommand extends ZdCommand {
  static override paths = [['restart']];

  static override usage = Command.Usage({
    description: 'stop the program and start it again',
    details: `
      The manager stays. What the configuration file says now is what counts: program, environment and restart rules are
      read again. A program that is down is started.

      Exit status: as for start.
    `,
    examples: [['restart after a change of the file', 'zd -C app.conf restart']],
  });

  words = Option.Proxy({ name: 'argument' });

  run(context: ActionContext) {
    return restart(context, this.words);
  }
}
