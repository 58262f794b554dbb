import type { SettingReader } from '../setting-reader';
import { takeStreams } from '../streams';
import { writeWhole } from './quoting';

/** Where the streams of the program go; without a transcript to the journal. */
export function describeStreams(reader: SettingReader): string[] {
  const { input, out, errors, output, transcript } = takeStreams(reader);
  // Without a line of its own, standard error goes where standard output goes.
  const err = errors ?? (output === null ? null : transcript);
  const write = (key: string, kind: string, path: string | null) => {
    if (path === null) return [];
    if (path === '/dev/null' && kind !== 'file') return [`${key}=null`];
    const text = writeWhole(path);
    if (text === null) reader.note(`${path}: systemd refuses such a path`);
    return text === null ? [] : [`${key}=${kind}:${text}`];
  };
  const lines = [
    ...write('StandardInput', 'file', input),
    ...write('StandardOutput', 'append', out),
    ...write('StandardError', 'append', err),
  ];
  if (transcript !== null && transcript !== '/dev/null')
    reader.note(`transcript = ${transcript}: systemd never opens it anew, so it cannot be rotated`);
  return lines;
}
