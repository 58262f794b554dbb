import type { SettingReader } from './setting-reader';

/** Where the streams of a program go without zd; null where the target decides. */
export interface Streams {
  input: string | null;
  out: string | null;
  /** The setting `stderr-transcript`. */
  errors: string | null;
  /** The setting `stdout`, which takes the place of the transcript for one of the two. */
  output: string | null;
  /** The transcript, if somebody has set it. */
  transcript: string | null;
}

/** Takes the settings of the streams. */
export function takeStreams(reader: SettingReader): Streams {
  const isKept = reader.isSet('transcript');
  const [written, errors, output, input] = [
    reader.take('transcript'),
    reader.take('stderrTranscript'),
    reader.take('stdout'),
    reader.take('stdin'),
  ];
  const transcript = isKept ? written : null;
  const isControl = input === 'control';
  if (isControl) reader.lose('stdin', 'without zd there is no zd send');
  return {
    input: isControl ? null : input,
    out: output ?? transcript,
    errors,
    output,
    transcript,
  };
}
