import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { start } from './start';

export class StartCommand extends ZdCommand {
  static override paths = pathsOf('start');

  static override usage = pageOf('start', {
    details: `
      Starts a manager that runs the program, and returns when the program is up: when it has lived for start-seconds and
      the start test, if there is one, has succeeded. If it is up already, nothing happens.

      Words after \`start\` are added to the program's own; everything after it is theirs, options too.

      Exit status: 0 it is up; 1 it could not be started, and standard error says why; 2 a fault in the configuration.
    `,
    examples: [
      ['start the program of a file', 'zd -C app.conf start'],
      ['add words to its command line', 'zd -C app.conf start --port 8080'],
    ],
  });

  words = Option.Proxy({ name: 'argument' });

  run(context: ActionContext) {
    return start(context, this.words);
  }
}
