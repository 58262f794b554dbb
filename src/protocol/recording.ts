import type { TranscriptSettings } from '../settings/settings';

/* Between `fg --transcript` and the process that writes its transcript: lines of JSON over a pipe. */

/** That process's descriptor of the pipe. */
export const RECORDER_FD = 3;

/** What it is to write; the first line. */
export interface RecorderOrder {
  settings: TranscriptSettings;
  umask: number;
  /** Its descriptors with the output of the program, and with its standard error if that comes apart. */
  output: number;
  errors: number | null;
}

/**
 * What comes then, for each run: `begin` before the program is started; `started` has it read; `ended` has it write
 * all that the program has written. The text is for `transcript-markers`. At the end of the pipe, it exits as soon as
 * no process has the output open.
 */
export interface RecorderCommand {
  word: 'begin' | 'started' | 'ended';
  text?: string;
}

/** The answers: to the order, to `begin` and to `ended`. */
export type RecorderReply = { done: true } | { reason: string };
