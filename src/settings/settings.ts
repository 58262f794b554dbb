import type { TranscriptSettings } from './transcript-settings';

/**
 * What a resolved configuration looks like to the rest of zd. The records behind it are in
 * `config/setting-table.ts` and `config/transcript-table.ts`, the readers in `config/`. Paths are as the user wrote them with `~` expanded; nothing is made absolute here.
 */
export interface Settings extends TranscriptSettings {
  /** The words of the command line of the program; empty when none was given. */
  program: string[];
  socketName: string;
  /** Off: `start` keeps the manager in the foreground. */
  daemon: boolean;
  directory: string | null;
  /** Seconds. */
  backoffLimit: number;
  forever: boolean;
  exitCodes: number[];
  /** Words of a command that exits 0 once the program is ready. */
  startTestProgram: string[] | null;
  /** Seconds `start` and `restart` wait for the start test. */
  startTimeout: number;
  /** Seconds the program must live before a start counts; 0 = the exec alone. */
  startSeconds: number;
  /** Seconds from SIGTERM to SIGKILL; 0 = never SIGKILL. */
  stopTimeout: number;
  /** A user's name or number. */
  user: string | null;
  umask: number;
  /** Of the control socket; permission bits. */
  socketMode: number;
  /** A group's name or number; null = the manager's own. */
  socketGroup: string | null;
  /** As root, run also what others can write. */
  insecure: boolean;
  defaultToInteractive: boolean;
  interactive: boolean;
  hangAround: boolean;
  /** Default file of `logtail`. */
  logfile: string | null;
  transcript: string;
  /** What the prompt shows, without the space after it; null = our own name and `>`. */
  prompt: string | null;
}

/** Where a value came from: `default`, `app.conf:4`, `-b`, `-X runner/backoff-limit`. */
export type Origin = string;

export interface EventLogFile {
  /** A path, `STDOUT` or `STDERR`. */
  path: string;
  /** Numeric level, 0 = everything. */
  level: number;
}

export interface EventLogSettings {
  /** Numeric level as in zdaemon: 50 critical, 40 error, 30 warn, 20 info, 15 blather, 10 debug, 5 trace. */
  level: number;
  files: EventLogFile[];
}

export interface Configuration {
  settings: Settings;
  /** An origin for each key of `settings`. */
  origins: Record<keyof Settings, Origin>;
  /** Variables of the environment section, in the order of the file. */
  environment: Record<string, string>;
  eventLog: EventLogSettings | null;
  /** The file as given with -C, or null. */
  file: string | null;
  /** One sentence each: obsolete options, skipped foreign sections. */
  notes: string[];
}
