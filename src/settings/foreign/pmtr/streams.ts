import type { Entry } from '../../file/tree';
import { isStandardStream } from '../../remarks';
import { CONTROL } from '../../values';
import { changed, entryOf } from '../line-report';
import { literalCommand, literalPath } from '../literal';
import { type Context, pick } from './context';

/** Where standard output or standard error goes. */
interface Target {
  kind: 'none' | 'file' | 'syslog' | 'inherited';
  path: string;
  at: string;
  line: number;
}

/**
 * Reads `in`, `out` and `err`. Without `out` or `err`, the stream goes nowhere, as the guide of pmtr has it.
 *
 * @returns the entries for `stdin` and the transcripts
 */
export function readStreams(context: Context): Entry[] {
  const input = pick(context, 'in').map(({ value, at }) => entryOf('stdin', literalPath(value, CONTROL), at));
  const [out, err] = [readTarget(context, 'out'), readTarget(context, 'err')];
  for (const { kind, line } of [out, err])
    if (kind === 'inherited')
      context.judge(line, changed("a manager has no such stream; 'zd up' and 'zd logtail' show the output"));
  return [...input, ...readOutput(context, out, err), ...readErrors(context, out, err)];
}

function readTarget(context: Context, key: 'out' | 'err'): Target {
  const [found] = pick(context, key);
  if (!found) return { kind: 'none', path: '', at: '', line: 0 };
  const { value, at, line } = found;
  const kind = value === 'syslog' ? 'syslog' : isStandardStream(value) ? 'inherited' : 'file';
  return { kind, path: literalPath(value), at, line };
}

function readOutput(context: Context, out: Target, err: Target): Entry[] {
  if (out.kind === 'file') return [entryOf('transcript', out.path, out.at), ...modeOf(out)];
  const { kind, at, line } = out.kind === 'syslog' ? out : err;
  if (kind !== 'syslog') return [];
  const words = pick(context, 'cmd')[0]?.words ?? [];
  const tag = words[0]?.value.split('/').at(-1) || 'pmtr';
  context.judge(line, changed('logger(1) sends it; the number behind the name is not that of the program'));
  return [
    entryOf('transcript-program', literalCommand(['logger', '-p', 'daemon.info', '-t', tag], true), at),
  ];
}

/** Without a second transcript, standard error goes where standard output goes. */
function readErrors(context: Context, out: Target, err: Target): Entry[] {
  if (err.kind === 'file') {
    if (out.kind === 'file' && out.path === err.path) return [];
    return [entryOf('stderr-transcript', err.path, err.at), ...(out.kind === 'file' ? [] : modeOf(err))];
  }
  if (err.kind === 'syslog') {
    if (out.kind === 'file')
      context.judge(err.line, changed(`standard error goes to ${out.path} as well, not to syslog`, true));
    else if (out.kind !== 'syslog')
      context.judge(err.line, changed('standard output goes to syslog as well', true));
    return [];
  }
  return out.kind === 'file' || out.kind === 'syslog'
    ? [entryOf('stderr-transcript', '/dev/null', out.at)]
    : [];
}

/** pmtr has no umask, and makes its logs for itself. */
function modeOf({ path, at }: Target): Entry[] {
  return path.startsWith('/dev/') ? [] : [entryOf('transcript-mode', '644', at)];
}
