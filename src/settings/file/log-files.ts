import type { ConfiguredLogFile, LogRotation, When } from '../event-log-settings';
import { errorAt, quoteText, ValueFault } from '../faults';
import { isStandardStream } from '../remarks';
import { someBytes, someNumber } from '../sizes';
import { onOff } from '../values';
import { type Keys, LAYOUT_KEYS, logLevel, logPath, readLayout } from './log-keys';
import type { Entry } from './tree';

export const ROTATION_KEYS = ['max-size', 'old-files', 'when', 'interval'];
export const FILE_KEYS = ['path', 'level', ...LAYOUT_KEYS, ...ROTATION_KEYS, 'encoding', 'delay'];

/**
 * Reads a `<logfile>`.
 *
 * @param keys of the section, which may have `FILE_KEYS`
 * @throws UsageError
 */
export function readLogFile(keys: Keys): ConfiguredLogFile {
  const { section } = keys;
  const inner = section.sections[0];
  if (inner) throw errorAt(inner.origin, `${inner.label} is not allowed in <logfile>; close <logfile> first`);
  const path = keys.find('path');
  if (path === undefined)
    throw errorAt(section.origin, '<logfile> has no path; add a line with path and the file');
  const level = keys.read('level', logLevel) ?? 0;
  return { ...readFile(keys, path, level), ...(keys.read('delay', onOff) ? { isDelayed: true } : {}) };
}

/**
 * Reads one file of a section.
 *
 * @param entry with its path
 * @param level of its own
 */
export function readFile(keys: Keys, entry: Entry, level: number): ConfiguredLogFile {
  const path = keys.parse(entry, logPath);
  const encoding = keys.find('encoding')?.value ?? '';
  if (!/^(?:utf-?8|ascii|us-ascii)?$/i.test(encoding)) keys.ignore('encoding', 'zd writes UTF-8; remove it');
  const rotation = readRotation(keys);
  if (rotation && isStandardStream(path))
    throw errorAt(
      entry.origin,
      `${path} cannot be rotated; name a file, or remove ${ROTATION_KEYS.join(', ')}`,
    );
  const { origin, isTyped } = entry;
  return {
    path,
    level,
    origin,
    ...(isTyped ? { isTyped } : {}),
    ...readLayout(keys),
    ...(rotation ? { rotation } : {}),
  };
}

/** As in ZConfig, rotation needs old-files, and either max-size or when. */
function readRotation(keys: Keys): LogRotation | null {
  const size = keys.read('max-size', someBytes);
  const when = keys.read('when', whenType);
  const every = keys.read('interval', someNumber);
  const keep = keys.read('old-files', someNumber);
  const [first] = ROTATION_KEYS.flatMap(key => keys.all(key));
  if (first === undefined) return null;
  if (size !== null && when !== null)
    throw errorAt(keys.find('when')!.origin, 'a log is rotated by max-size or by when; remove one of them');
  if (size === null && when === null)
    throw errorAt(
      first.origin,
      `${first.key} needs max-size or when, which say when the log is rotated; add one`,
    );
  if (keep === null)
    throw errorAt(first.origin, `${first.key} needs old-files, the number of rotated files to keep; add it`);
  if (size === null) return { keep, when: when!, every: every ?? 1 };
  if (every !== null)
    throw errorAt(keys.find('interval')!.origin, 'interval belongs to when, not to max-size; remove it');
  return { keep, size };
}

const whenType = {
  parse(text: string): When {
    const when = text.toUpperCase();
    if (/^(?:[SMHD]|MIDNIGHT|W[0-6])$/.test(when)) return when as When;
    throw new ValueFault(
      `must be S, M, H, D, midnight, or W0 (Monday) to W6 (Sunday), not ${quoteText(text)}`,
    );
  },
};
