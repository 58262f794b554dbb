import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { reopenTranscript } from './reopen-transcript';

export class ReopenTranscriptCommand extends ZdCommand {
  static override paths = pathsOf('reopen_transcript');

  static override usage = pageOf('reopen_transcript', {
    details: `
      For logrotate: rename the file, then run this. It returns once the new file is open, so that the old one can be
      compressed. The event log is reopened as well.

      Exit status: 0 done; 1 the new file cannot be opened, and the old one stays in use; 3 there is no manager.
    `,
    examples: [['in a postrotate script', 'zd -C app.conf reopen_transcript --if-running']],
  });

  ifRunning = Option.Boolean('--if-running', false, { description: 'succeed when there is no manager' });

  run(context: ActionContext) {
    return reopenTranscript(context, this.ifRunning);
  }
}
