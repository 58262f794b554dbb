import { quoteText } from '../../faults';
import type { Entry } from '../../file/tree';
import { changed, dropped, entryOf, TAKEN } from '../line-report';
import type { SectionReader } from './section-reader';

/**
 * Reads when a program is started again. An end within `startsecs` is tried again `startretries` times, after 1, 2, 3
 * seconds and so on; for a later end `autorestart` decides, and there is no pause.
 */
export function readRestarts(reader: SectionReader): Entry[] {
  const seconds = reader.count('startsecs', 1);
  const retries = reader.count('startretries', 3);
  const codes = readExitCodes(reader);
  const mode = readMode(reader);
  reader.judge('startsecs', TAKEN);
  const entries = [entryOf('start-seconds', String(seconds), reader.originOf('startsecs'))];
  if (mode === 'never') {
    const isLost = seconds > 0 && retries > 0;
    const early = 'an end within startsecs is not tried again either';
    reader.judge('autorestart', isLost ? changed(early, true) : TAKEN);
    reader.judge(
      'startretries',
      dropped(isLost ? early : 'there is no early end that could be tried again', isLost),
    );
    reader.judge('exitcodes', dropped('no end is followed by a start'));
    return [...entries, entryOf('once', 'on', reader.originOf('autorestart'))];
  }
  reader.judge('autorestart', TAKEN);
  reader.judge('startretries', TAKEN);
  reader.judge(
    'exitcodes',
    mode === 'always' ? dropped('autorestart is true: every end leads to a start') : TAKEN,
  );
  const endKey = mode === 'always' ? 'autorestart' : 'exitcodes';
  const retryOrigin = reader.originOf('startretries');
  return [
    ...entries,
    entryOf('exit-codes', mode === 'always' ? '' : codes.join(','), reader.originOf(endKey)),
    entryOf('attempts', String(retries + 1), retryOrigin),
    entryOf('backoff-limit', String(Math.max(1, retries)), retryOrigin),
    entryOf('backoff-reset', String(seconds), reader.originOf('startsecs')),
  ];
}

/** Reads how a program is stopped. */
export function readStop(reader: SectionReader): Entry[] {
  const seconds = reader.count('stopwaitsecs', 10);
  const isGroup = reader.flag('stopasgroup');
  const killsGroup = reader.flag('killasgroup', isGroup);
  if (isGroup && !killsGroup) throw reader.fault('killasgroup', 'cannot be false while stopasgroup is true');
  reader.judge('stopasgroup', TAKEN);
  reader.judge(
    'killasgroup',
    killsGroup ? TAKEN : changed('what the program has started is ended with it in any case'),
  );
  reader.judge('stopwaitsecs', seconds > 0 ? TAKEN : changed('SIGKILL follows after 0.1 s'));
  const stopTimeout = seconds > 0 ? `${seconds}s` : '100ms';
  const entries = [entryOf('stop-timeout', stopTimeout, reader.originOf('stopwaitsecs'))];
  const signal = reader.text('stopsignal');
  if (signal !== undefined) {
    reader.judge('stopsignal', TAKEN);
    entries.push(entryOf('stop-signals', signal.trim(), reader.originOf('stopsignal')));
  }
  if (isGroup) entries.push(entryOf('stop-scope', 'group', reader.originOf('stopasgroup')));
  return entries;
}

function readMode(reader: SectionReader): 'always' | 'unexpected' | 'never' {
  if (reader.text('autorestart')?.toLowerCase() === 'unexpected' || !reader.item('autorestart'))
    return 'unexpected';
  return reader.flag('autorestart') ? 'always' : 'never';
}

function readExitCodes(reader: SectionReader): number[] {
  const text = reader.text('exitcodes') ?? '0';
  const codes =
    text === '' ? [] : text.split(',').map(code => (/^\s*\d+\s*$/.test(code) ? Number(code) : Number.NaN));
  if (codes.every(code => code <= 255)) return codes;
  throw reader.fault(
    'exitcodes',
    `must be numbers from 0 to 255 separated by commas, not ${quoteText(text)}`,
  );
}
