import { join, resolve } from 'node:path';
import { quoteWords } from '../../../system/words';
import type { Entry } from '../../file/tree';
import { byteSize } from '../../sizes';
import { changed, dropped, entryOf, TAKEN } from '../line-report';
import type { SectionReader } from './section-reader';

/** Where a stream of a program goes. */
type Target =
  | { kind: 'none' | 'supervisord' | 'syslog' | 'other-stream' }
  /** A temporary file of supervisord. */
  | { kind: 'auto' }
  | { kind: 'file'; path: string };

export interface StreamRequest {
  reader: SectionReader;
  /** Of the program. */
  name: string;
  /** Whether it runs in copies, each of which needs a file of its own. */
  isCopied: boolean;
  /** `childlogdir` of supervisord, if it is set. */
  autoFolder: string | null;
  /** The folder in which relative paths start. */
  folder: string;
}

/** Reads the settings of standard output and standard error: two files, unless `redirect_stderr` joins them. */
export function readStreams(request: StreamRequest): Entry[] {
  const { reader, name } = request;
  const joined = reader.flag('redirect_stderr');
  reader.judge('redirect_stderr', TAKEN);
  const stdout = readTarget(request, 'stdout');
  const stderr = joined ? ({ kind: 'other-stream' } as const) : readTarget(request, 'stderr');
  if (joined) for (const key of STDERR_KEYS) reader.judge(key, dropped('redirect_stderr joins the streams'));
  const entries: Entry[] = [];
  if (stdout.kind === 'file')
    entries.push(entryOf('transcript', stdout.path, reader.originOf('stdout_logfile')));
  if (stderr.kind === 'file' && !(stdout.kind === 'file' && stdout.path === stderr.path))
    entries.push(entryOf('stderr-transcript', stderr.path, reader.originOf('stderr_logfile')));
  else if (stdout.kind === 'file' && stderr.kind === 'none')
    entries.push(entryOf('stderr-transcript', '/dev/null', reader.originOf('stderr_logfile')));
  else if (stdout.kind === 'file' && (stderr.kind === 'auto' || stderr.kind === 'supervisord'))
    reader.judge('stdout_logfile', changed('standard error, which has no file of its own, goes to it, too'));
  entries.push(...readSizes(reader, stdout, stderr), ...readSyslog(reader, name, stdout, stderr));
  for (const stream of ['stdout', 'stderr'] as const) judgeRest(reader, stream);
  return entries;
}

const STDERR_KEYS = ['stderr_logfile', 'stderr_logfile_maxbytes', 'stderr_logfile_backups'];
/** Other names of the standard streams of supervisord itself. */
const OWN_STREAMS = /^\/dev\/(stdout|stderr|tty|console|fd\/[12])$|^\/proc\/(self|1)\/fd\/[12]$/;
const NUMBER = /%\(process_num\)[-#0 +]*\d*[diouxXs]/g;

function readTarget(request: StreamRequest, stream: 'stdout' | 'stderr'): Target {
  const { reader, name, autoFolder, folder, isCopied } = request;
  const key = `${stream}_logfile`;
  const raw = reader.item(key)?.value ?? 'AUTO';
  const text = reader.expand(key, raw);
  const word = text.toLowerCase();
  reader.judge(key, TAKEN);
  if (word === 'none' || word === 'off') return { kind: 'none' };
  if (word === 'syslog') return { kind: 'syslog' };
  if (OWN_STREAMS.test(text)) {
    reader.judge(key, changed("'zd up' shows it, and 'zd logtail' the last lines"));
    return { kind: 'supervisord' };
  }
  if (word === 'auto') {
    if (autoFolder === null) {
      reader.judge(key, changed("no temporary file is written; 'zd logtail' shows the last lines"));
      return { kind: 'auto' };
    }
    reader.judge(key, changed('the file has no random name, and is kept'));
    return { kind: 'file', path: join(autoFolder, `${name}${isCopied ? `-${COPY}` : ''}-${stream}.log`) };
  }
  if (text.startsWith('/dev/')) return { kind: 'file', path: text };
  const path = text.startsWith('~') ? text : resolve(folder, text);
  if (!isCopied) return { kind: 'file', path };
  if (raw.search(NUMBER) >= 0) {
    reader.judge(key, changed('the number is that of the copy, from 1'));
    const numbered = reader.expand(key, raw.replace(NUMBER, COPY));
    return { kind: 'file', path: numbered.startsWith('~') ? numbered : resolve(folder, numbered) };
  }
  reader.judge(key, changed('each copy writes to a file of its own'));
  return { kind: 'file', path: path.replace(/(\.[^./]*)?$/, `-${COPY}$1`) };
}

/** What a fleet expands in paths. */
const COPY = `$\{copy}`;

/** zd has one size and one number for both streams; supervisord's defaults are 50 MB and 10. */
function readSizes(reader: SectionReader, stdout: Target, stderr: Target): Entry[] {
  const streams = (
    [
      ['stdout', stdout],
      ['stderr', stderr],
    ] as const
  ).filter(([, { kind }]) => kind === 'file');
  const sizes = (['stdout', 'stderr'] as const).map(stream => ({
    stream,
    size: reader.bytes(`${stream}_logfile_maxbytes`, 50 * 1024 ** 2),
    backups: reader.count(`${stream}_logfile_backups`, 10),
    hasFile: streams.some(([name]) => name === stream),
  }));
  const used = sizes.find(({ hasFile }) => hasFile);
  for (const { stream, hasFile, size, backups } of sizes) {
    const none = dropped('there is no file that could grow');
    const other = changed(`${used?.stream}_logfile decides for both files`);
    reader.judge(`${stream}_logfile_maxbytes`, !hasFile ? none : size === used?.size ? TAKEN : other);
    reader.judge(`${stream}_logfile_backups`, !hasFile ? none : backups === used?.backups ? TAKEN : other);
  }
  if (!used || used.size === 0) return [];
  const [sizeKey, backupsKey] = [`${used.stream}_logfile_maxbytes`, `${used.stream}_logfile_backups`];
  if (used.backups === 0) reader.judge(backupsKey, changed('one old file is kept'));
  return [
    entryOf('transcript-rotate-size', byteSize.format(used.size), reader.originOf(sizeKey)),
    entryOf('transcript-keep', String(Math.max(1, used.backups)), reader.originOf(backupsKey)),
  ];
}

function readSyslog(reader: SectionReader, name: string, stdout: Target, stderr: Target): Entry[] {
  const outKey = stdout.kind === 'syslog' ? 'stdout_logfile' : 'stdout_syslog';
  const errKey = stderr.kind === 'syslog' ? 'stderr_logfile' : 'stderr_syslog';
  const out = stdout.kind === 'syslog' || reader.flag('stdout_syslog');
  const err = stderr.kind === 'syslog' || reader.flag('stderr_syslog');
  reader.judge('stdout_syslog', TAKEN);
  reader.judge('stderr_syslog', TAKEN);
  if (!out) {
    if (err)
      reader.judge(errKey, dropped('zd sends standard error to syslog only with standard output', true));
    return [];
  }
  reader.judge(outKey, changed('it goes through logger(1)'));
  if (err && stderr.kind === 'file')
    reader.judge(errKey, dropped('standard error goes to its file only', true));
  return [entryOf('transcript-program', quoteWords(['logger', '-t', name]), reader.originOf(outKey))];
}

/** What supervisord does with the output beside writing it to a file. */
function judgeRest(reader: SectionReader, stream: 'stdout' | 'stderr'): void {
  const captures = reader.bytes(`${stream}_capture_maxbytes`, 0) > 0;
  reader.judge(
    `${stream}_capture_maxbytes`,
    dropped('zd has no events with what a program writes', captures),
  );
  const hasEvents = reader.flag(`${stream}_events_enabled`);
  reader.judge(`${stream}_events_enabled`, dropped('zd has no events with what a program writes', hasEvents));
}
