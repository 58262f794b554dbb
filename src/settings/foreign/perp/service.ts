import { closeSync, constants, fstatSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isExecutable, openExamined } from '../../../system/files';
import { identityOf } from '../../../system/trust/trusted-file';
import { quoteWords } from '../../../system/words';
import type { Entry } from '../../file/tree';
import { changed, dropped, entryOf, TAKEN, type Verdict } from '../line-report';
import type { ForeignProgram, ReportLine } from '../reading';

/** A service as a program, with the files that decide what it is. */
export interface ReadService {
  program: ForeignProgram;
  report: ReportLine[];
  identities: Record<string, string>;
}

/**
 * Reads the folder of an active service: each of its files with a meaning has a line in the report.
 *
 * @param place `file` is the base as the user wrote it, `base` its absolute path
 */
export function readService({ file, base, name }: { file: string; base: string; name: string }): ReadService {
  const folder = join(base, name);
  const report: ReportLine[] = [];
  const originOf = (own: string) => join(file, name, own);
  const note = (own: string, verdict: Verdict) =>
    report.push({ origin: originOf(own), text: own, ...verdict });
  const has = (own: string) => statSync(join(folder, own), { throwIfNoEntry: false }) !== undefined;
  const main = originOf('rc.main');
  const script = readHead(join(folder, 'rc.main'));
  const isOnce = has('flag.once') && !has('flag.down');
  const entries = [
    ...readMain(name, script.text, main),
    entryOf('directory', folder, main),
    ...(isOnce ? onceEntries(originOf('flag.once')) : restartEntries(main)),
    entryOf('stop-timeout', '0', main),
  ];
  note('rc.main', changed('reset has hook-timeout, 60 s; perp waits for it without a limit'));
  if (has('rc.log')) {
    const isUsed = isExecutable(join(folder, 'rc.log'));
    if (isUsed) entries.push(...logEntries(name, originOf('rc.log')));
    note('rc.log', isUsed ? LOGGER : dropped('it is not executable, so perp does not run it either'));
  }
  if (has('flag.down')) {
    entries.push(entryOf('autostart', 'off', originOf('flag.down')));
    note('flag.down', TAKEN);
  }
  if (has('flag.once')) note('flag.once', isOnce ? TAKEN : dropped('flag.down is stronger'));
  const environment = [entryOf('PERP_BASE', base, main)];
  const identities = script.identity === null ? {} : { [join(folder, 'rc.main')]: script.identity };
  return { program: { name, entries, environment }, report, identities };
}

const LOGGER = changed('standard error goes to it, too, not only standard output');

/**
 * `start` and `reset`. The words after `reset` are those that zd appends to a hook. Scripts that ask for the variables
 * of perp get them from a shell.
 */
function readMain(name: string, text: string, origin: string): Entry[] {
  const start = ['./rc.main', 'start', name];
  const reset = ['./rc.main', 'reset', name];
  const needsVariables = /\bPERP_SV(PID|SECS)\b/.test(text);
  return [
    entryOf(
      'program',
      quoteWords(needsVariables ? ['sh', '-c', 'PERP_SVPID=$$ exec "$0" "$@"', ...start] : start),
      origin,
    ),
    entryOf('after-exit', quoteWords(needsVariables ? ['sh', '-c', RESET, ...reset] : reset), origin),
  ];
}

const RESET = 'PERP_SVPID=$ZD_PID PERP_SVSECS=$ZD_UPTIME exec "$0" "$@"';

/** A start after any end, never sooner than a second after the one before. */
function restartEntries(origin: string): Entry[] {
  return [
    entryOf('exit-codes', '', origin),
    entryOf('forever', 'on', origin),
    entryOf('backoff-limit', '1', origin),
  ];
}

/** Whoever runs once need not live for long. */
function onceEntries(origin: string): Entry[] {
  return [entryOf('once', 'on', origin), entryOf('start-seconds', '0', origin)];
}

function logEntries(name: string, origin: string): Entry[] {
  return [entryOf('transcript-program', quoteWords(['./rc.log', 'start', name]), origin)];
}

const HEAD = 64 * 1024;

/** The first 64 KiB of a script, one character for each byte: it may be a program. Empty if it cannot be read. */
function readHead(path: string): { text: string; identity: string | null } {
  try {
    const fd = openExamined(path, constants.O_RDONLY, found => {
      if (!found.isFile()) throw new Error('not a file');
    });
    try {
      const bytes = Buffer.alloc(HEAD);
      const length = readSync(fd, bytes, 0, HEAD, 0);
      return { text: bytes.toString('latin1', 0, length), identity: identityOf(fstatSync(fd)) };
    } finally {
      closeSync(fd);
    }
  } catch {
    return { text: '', identity: null };
  }
}
