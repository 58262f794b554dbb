import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { logreopen } from './reopen-transcript';

export class LogreopenCommand extends ZdCommand {
  static override paths = pathsOf('logreopen');

  static override usage = pageOf('logreopen', {
    details: `
      What reopen_transcript does, and then \`kill USR2\`, for programs that reopen their own logs at that signal. Others end
      of it.
    `,
    examples: [['in a postrotate script', 'zd -C app.conf logreopen']],
  });

  run(context: ActionContext) {
    return logreopen(context);
  }
}
