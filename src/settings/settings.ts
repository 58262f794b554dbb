import type { ConfiguredEventLog } from './event-log-settings';
import type { Home } from './fleet/home';
import type { Reach } from './option';
import type { settingTable } from './table';
import type { transcriptTable } from './table/transcript';

export type { ConfiguredLogFile, EventLogFile, EventLogSettings } from './event-log-settings';

type Table = typeof settingTable;

/**
 * The settings of a resolved configuration, with types derived from the table. Paths are absolute; called as zdaemon,
 * they are as the user wrote them, with `~` expanded. Times are in seconds, modes are permission bits.
 */
export type Settings = { [Field in keyof Table]: Table[Field]['default'] };

/** The fields whose records match a type. */
type FieldsWith<Fact> = { [Field in keyof Table]: Table[Field] extends Fact ? Field : never }[keyof Table];

/** The settings that a manager gets at launch. */
export type LaunchSettings = Pick<Settings, FieldsWith<{ reach: Exclude<Reach, 'client'> }>>;

/** The settings that `start` and `restart` may change in a running manager. */
export type RefreshableSettings = Pick<Settings, FieldsWith<{ reach: 'program' | 'live' }>>;

/** The settings of the program's streams. */
export type TranscriptSettings = Pick<LaunchSettings, keyof LaunchSettings & keyof typeof transcriptTable>;
export type WhenFull = Settings['transcriptFull'];
export type Timestamps = Settings['transcriptTimestamps'];

/** The settings that the lifecycle depends on. */
export type RuleSettings = Pick<Settings, FieldsWith<{ rule?: true }>>;

/** The source of a value: `default`, `app.conf:4`, `-b`, `-X runner/backoff-limit`. */
export type Origin = string;

export interface Configuration {
  settings: Settings;
  /** An origin for each key of `settings`. */
  origins: Record<keyof Settings, Origin>;
  /** Variables of the environment section, in the order of the file. */
  environment: Record<string, string>;
  eventLog: ConfiguredEventLog | null;
  /** The file as given with -C, or null. */
  file: string | null;
  /**
   * The folder of the file, where its relative paths start; null if they start in the current folder: without a file, and
   * called as zdaemon.
   */
  folder: string | null;
  /** Where zd looked for the socket when relative paths of a file started in the current folder; null if it is the same. */
  formerSocket: string | null;
  /** The folder of a program of a fleet, if its socket has its default place there. */
  home: Home | null;
  /** Its name in a file that has more than one program, and how that is read; null for a file with one. */
  member: { name: string; reader: { format?: string; runsIt?: true; variant?: string } } | null;
  /** The keys of the settings that the command line gives. */
  typed: string[];
  /** The absolute paths of that file and of all that it includes. */
  paths: string[];
  /** Which file was read at each of them: by now, others may be there. */
  identities: Record<string, string>;
  /** What is wrong with the file, if only a part of it could be read. */
  fault: string | null;
  /** One sentence each: obsolete options, skipped foreign sections. */
  notes: string[];
}
