import type { SettingReader } from '../setting-reader';
import { writeWhole } from './quoting';

/** Where the streams of the program go; without a transcript to the journal. */
export function describeStreams(reader: SettingReader): string[] {
  const isKept = reader.isSet('transcript');
  const [transcript, errors, output, input] = [
    reader.take('transcript'),
    reader.take('stderrTranscript'),
    reader.take('stdout'),
    reader.take('stdin'),
  ];
  const out = output ?? (isKept ? transcript : null);
  const err = errors ?? (output !== null && isKept ? transcript : null);
  if (input === 'control') reader.lose('stdin', 'without zd there is no zd send');
  const write = (key: string, kind: string, path: string | null) => {
    if (path === null) return [];
    if (path === '/dev/null' && kind !== 'file') return [`${key}=null`];
    const text = writeWhole(path);
    if (text === null) reader.note(`${path}: systemd refuses such a path`);
    return text === null ? [] : [`${key}=${kind}:${text}`];
  };
  const lines = [
    ...write('StandardInput', 'file', input === 'control' ? null : input),
    ...write('StandardOutput', 'append', out),
    ...write('StandardError', 'append', err),
  ];
  if (isKept && transcript !== '/dev/null')
    reader.note(`transcript = ${transcript}: systemd never opens it anew, so it cannot be rotated`);
  return lines;
}
