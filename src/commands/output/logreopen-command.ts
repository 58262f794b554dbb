import { Command } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { ZdCommand } from '../base';
import { logreopen } from './reopen-transcript';

export class LogreopenCommand extends ZdCommand {
  static override paths = [['logreopen']];

  static override usage = Command.Usage({
    description: 'reopen the transcript and send the program SIGUSR2',
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
