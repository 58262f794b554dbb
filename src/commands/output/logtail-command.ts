import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { UsageError } from '../../system/errors';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { type LogtailOptions, logtail } from './logtail';

export class LogtailCommand extends ZdCommand {
  static override paths = pathsOf('logtail');

  static override usage = pageOf('logtail', {
    details: `
      Prints the last lines of the file, then what is appended to it, across rename, reopen and truncation. The default
      file is \`logfile\`, or else the transcript; without one, the output in the memory of the manager is printed. With
      -f, or if standard output is a terminal, logtail follows it. On a terminal, control characters are made harmless,
      except for colours. --since requires lines that begin with their time (transcript-timestamps).

      With many programs, the words after it are their names, and each line has the name in front: first what is there,
      program by program, then what comes.
    `,
    examples: [
      ['the last hundred lines', 'zd -C app.conf logtail -n 100 --no-follow'],
      ['another file', 'zd logtail /var/log/syslog'],
    ],
  });

  lines = Option.String('-n,--lines', '10', { description: 'number of lines to print first' });

  since = Option.String('--since', {
    description: 'begin at this time: 10m, 2h, 2026-11-20T22:46',
  });

  follow = Option.Boolean('-f,--follow', { description: 'print what is appended, or not with --no-follow' });

  raw = Option.Boolean('--raw', false, { description: 'print control characters unchanged' });

  file = Option.String({ required: false });

  run(context: ActionContext) {
    return logtail(context, this.read(context));
  }

  /** The options, checked. */
  read({ facts }: Pick<ActionContext, 'facts'>): LogtailOptions {
    if (!/^\d+$/.test(this.lines)) throw new UsageError(`-n takes a number of lines, not '${this.lines}'`);
    if (facts && this.follow) throw new UsageError('cannot follow a log with --json: leave out -f');
    const { file = null, follow = null, since = null, raw } = this;
    return { file, lines: Number(this.lines), since, follow, raw };
  }
}
