import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { start } from './start';

export class StartCommand extends ZdCommand {
  static override paths = pathsOf('start');

  static override usage = pageOf('start', {
    details: `
      Starts a manager that runs the program, and returns when the program is up: it has run for start-seconds and the
      start test, if there is one, has succeeded. If the program is already up, nothing happens.

      For many programs, \`zd -C FOLDER start [NAME...]\`: each is started when those of its \`after\` are ready, which are
      started first. Without a name, what is disabled or has \`autostart = off\` stays down. --no-deps starts only what is
      selected; --dry-run only says what would be started. Words for one program follow \`--\`.

      Words after \`start\` are appended to the program's own, including words that look like options.

      Exit status: 0 the program is up; 1 it could not be started, and standard error states the reason; 2 the
      configuration has a fault.
    `,
    examples: [
      ['start the program of a file', 'zd -C app.conf start'],
      ['start all programs of a folder, in order', 'zd -C apps start'],
      ['append words to its command line', 'zd -C app.conf start --port 8080'],
    ],
  });

  words = Option.Proxy({ name: 'argument' });

  run(context: ActionContext) {
    return start(context, this.words);
  }
}
