import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { UsageError } from '../../system/errors';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { logtail } from './logtail';

export class LogtailCommand extends ZdCommand {
  static override paths = pathsOf('logtail');

  static override usage = pageOf('logtail', {
    details: `
      Prints the last lines of the file, then what is added to it, through rename, reopen and truncation. Without a file it
      is \`logfile\`, else the transcript. It follows when standard output is a terminal, or with -f. On a terminal control
      characters are made harmless; colours stay. For --since the lines must begin with their time (transcript-timestamps).
    `,
    examples: [
      ['the last hundred lines', 'zd -C app.conf logtail -n 100 --no-follow'],
      ['another file', 'zd logtail /var/log/syslog'],
    ],
  });

  lines = Option.String('-n,--lines', '10', { description: 'how many lines to begin with' });

  since = Option.String('--since', {
    description: 'begin with the lines of this time: 10m, 2h, 2026-11-20T22:46',
  });

  follow = Option.Boolean('-f,--follow', { description: 'go on with what is added; --no-follow does not' });

  raw = Option.Boolean('--raw', false, { description: 'leave control characters as they are' });

  file = Option.String({ required: false });

  run(context: ActionContext) {
    if (!/^\d+$/.test(this.lines)) throw new UsageError(`-n takes a number of lines, not '${this.lines}'`);
    const { file = null, follow = null, since = null, raw } = this;
    return logtail(context, { file, lines: Number(this.lines), since, follow, raw });
  }
}
