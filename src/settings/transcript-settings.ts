/** The settings of the program's output; a part of `Settings`. Paths are relative to the program's directory. */
export interface TranscriptSettings {
  /** Permission bits; null = what the umask gives. */
  transcriptMode: number | null;
  /** `user`, `user:group` or `:group`; names or numbers. */
  transcriptOwner: string | null;
  /** Bytes kept in memory while the transcript cannot be written. */
  transcriptBuffer: number;
  /** What comes when that is full too: bytes are dropped and counted, or the program waits. */
  transcriptFull: WhenFull;
  /** Bytes. */
  transcriptRotateSize: number | null;
  /** Seconds. */
  transcriptRotateInterval: number | null;
  /** How many rotated files stay; 0 = all. */
  transcriptKeep: number;
  /** Bytes of rotated files that stay. */
  transcriptMaxTotal: number | null;
  transcriptCompress: boolean;
  transcriptTimestamps: Timestamps;
  transcriptMarkers: boolean;
  /** A second transcript for standard error. */
  stderrTranscript: string | null;
  /** Files or FIFOs the program gets instead. */
  stdout: string | null;
  stdin: string | null;
}

export type WhenFull = 'drop' | 'block';
export type Timestamps = 'off' | 'iso' | 'epoch';

/** The part of any settings that a manager is told of the program's output. */
export function pickTranscriptSettings(settings: TranscriptSettings): TranscriptSettings {
  const {
    transcriptMode,
    transcriptOwner,
    transcriptBuffer,
    transcriptFull,
    transcriptRotateSize,
    transcriptRotateInterval,
    transcriptKeep,
    transcriptMaxTotal,
    transcriptCompress,
    transcriptTimestamps,
    transcriptMarkers,
    stderrTranscript,
    stdout,
    stdin,
  } = settings;
  return {
    transcriptMode,
    transcriptOwner,
    transcriptBuffer,
    transcriptFull,
    transcriptRotateSize,
    transcriptRotateInterval,
    transcriptKeep,
    transcriptMaxTotal,
    transcriptCompress,
    transcriptTimestamps,
    transcriptMarkers,
    stderrTranscript,
    stdout,
    stdin,
  };
}
