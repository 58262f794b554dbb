import { Option } from 'clipanion';
import { UsageError } from '../../../system/errors';
import { pageOf, pathsOf, ZdCommand } from '../../base';

export class UpCommand extends ZdCommand {
  static override paths = pathsOf('up');

  static override usage = pageOf('up', {
    details: `
      Makes what runs equal to the files, as apply does, and also starts what was stopped by hand, has failed or is done. Then it
      stays in the foreground: what the programs say goes to standard output with the name in front, what happens to
      them to standard error, and a file that is saved is applied 2 seconds later; SIGHUP does so at once. A faulty file
      is said, and leaves its running program as it is.

      SIGTERM and Ctrl-C stop all in reverse order, also what was running before; a second one goes to the end of each
      stop plan at once. It is the entry point of a container or a unit with many programs. For a file with one program
      it does the same.

      Exit status: 0 all have ended; 1 something is still there, or another apply or up is at work; 2 nothing can be read.
    `,
    examples: [
      ['run all programs of a folder', 'zd -C apps up'],
      ['as the entry point of a container', 'zd -C /etc/apps up --stop-within 8s'],
    ],
  });

  keep = Option.Boolean('--keep', false, { description: 'leave the programs running at the end' });

  noWatch = Option.Boolean('--no-watch', false, { description: 'do not apply what is saved' });

  exitWhenDone = Option.Boolean('--exit-when-done', false, {
    description: 'end when no program is up any more',
  });

  prefix = Option.String('--prefix', { description: 'what is in front of each line: name, none' });

  stopWithin = Option.String('--stop-within', {
    description: 'go to the end of each stop plan after this time: 8s',
  });

  run(): never {
    throw new UsageError('up is for the command line: leave the prompt, and use zd -C FILE up');
  }
}
