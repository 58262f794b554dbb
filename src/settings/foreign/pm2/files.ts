import type { Entry } from '../../file/tree';
import { changed, dropped, TAKEN } from '../line-report';
import type { AppReader } from './app-reader';

/** Reads where the output goes, and the file with the pid. @param isCopied whether each copy needs files of its own */
export function readOutput(app: AppReader, isCopied: boolean): Entry[] {
  const keys = ['out_file', 'error_file', 'log_file', 'merge_logs', 'disable_logs'];
  for (const key of keys) app.judge(key, TAKEN);
  app.judge(
    'log_type',
    dropped('lines are written as they are, not as JSON', app.text('log_type') === 'json'),
  );
  if (app.flag('disable_logs', false)) {
    for (const key of keys.slice(0, 3)) app.judge(key, dropped('disable_logs is set'));
    return [];
  }
  const [out, error] = [readPath(app, 'out_file'), readPath(app, 'error_file')];
  const log = typeof app.get('log_file') === 'boolean' ? null : readPath(app, 'log_file');
  if (typeof app.get('log_file') === 'boolean')
    app.judge('log_file', dropped('zd has no folder for logs; name a file'));
  const own = (key: string, path: string) =>
    app.entry(key === 'error_file' ? 'stderr-transcript' : 'transcript', path, key);
  const entries: Entry[] = [];
  const main = out ?? log;
  const mainKey = out === null ? 'log_file' : 'out_file';
  if (main !== null) entries.push(own(mainKey, number(app, mainKey, main, isCopied)));
  if (out !== null && log !== null && log !== out)
    app.judge('log_file', dropped('each stream is written to one file', log !== '/dev/null'));
  if (error !== null && error !== main)
    entries.push(own('error_file', number(app, 'error_file', error, isCopied)));
  if (out === null && log !== null && error !== null && error !== log)
    app.judge('log_file', changed('standard error is only in error_file'));
  if (out !== null && error === null && log === null)
    app.judge('out_file', changed('standard error, which has no file of its own, goes to it, too'));
  if (isCopied && app.flag('merge_logs', false))
    app.judge('merge_logs', changed('each copy writes to a file of its own'));
  return [...entries, ...readStamps(app), ...readPidFile(app, isCopied)];
}

function readPath(app: AppReader, key: string): string | null {
  const path = app.text(key);
  if (path === undefined || path === '') return null;
  return path === 'NULL' ? '/dev/null' : path;
}

/** pm2 puts a number before `.log`. */
function number(app: AppReader, key: string, path: string, isCopied: boolean): string {
  if (!isCopied || path.startsWith('/dev/')) return path;
  app.judge(key, changed('the number in the name is that of the copy, from 1'));
  return path.replace(/(\.[^./]*)?$/, `-$\{copy}$1`);
}

function readStamps(app: AppReader): Entry[] {
  const format = app.text('log_date_format');
  const isOn = app.flag('time', false);
  if (!isOn && !format) return [];
  for (const key of ['time', 'log_date_format'])
    app.judge(key, changed('times are written as 2026-11-20T22:46:54.123+01:00'));
  return [app.entry('transcript-timestamps', 'iso', isOn ? 'time' : 'log_date_format')];
}

function readPidFile(app: AppReader, isCopied: boolean): Entry[] {
  const path = readPath(app, 'pid_file');
  if (path === null) return [];
  app.judge(
    'pid_file',
    changed(isCopied ? 'its number is that of the copy, from 1' : 'no number is added to its name'),
  );
  return [app.entry('pidfile', isCopied ? path.replace(/(\.pid)?$/, `-$\{copy}$1`) : path, 'pid_file')];
}
