import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { UsageError } from '../../system/errors';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { start } from '../run/start';

export class OnceCommand extends ZdCommand {
  static override paths = pathsOf('once');

  static override usage = pageOf('once', {
    details: `
      Starts the program like start, but does not start it again at its end, whatever that is. A program that is up goes
      on, and is not started again at its end either; start takes that back.

      Words after \`once\` are appended to the program's own, including words that look like options.

      Exit status: as of start.
    `,
    examples: [['try a program without restarts', 'zd -C app.conf once']],
  });

  words = Option.Proxy({ name: 'argument' });

  run(context: ActionContext) {
    const { settings, origins } = context.configuration;
    const schedule = (['runEvery', 'runAt'] as const).find(field => settings[field] !== null);
    if (schedule !== undefined)
      throw new UsageError(
        `cannot start the program only once: ${origins[schedule]} has it run again and again; use start, and run-now for a run at once`,
      );
    return start(context, this.words, { once: true });
  }
}
