import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { logreopen } from './reopen-transcript';

export class LogreopenCommand extends ZdCommand {
  static override paths = pathsOf('logreopen');

  static override usage = pageOf('logreopen', {
    details: `
      Does what reopen_transcript does, then sends SIGUSR2 to the program. This is for programs that reopen their own
      logs on that signal; it kills a program that does not handle the signal.
    `,
    examples: [['in a postrotate script', 'zd -C app.conf logreopen']],
  });

  run(context: ActionContext) {
    return logreopen(context);
  }
}
