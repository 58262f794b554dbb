import type { Entry } from '../file/tree';

/** The systems whose files zd reads. */
export const FOREIGN_KINDS = [
  'pmtr',
  'perp',
  'pycroraptor',
  'atomservice',
  'supervisord',
  'pm2',
  'procfile',
] as const;
export type ForeignKind = (typeof FOREIGN_KINDS)[number];

/** A program of a foreign file, with settings of zd as they would be written in an INI file. */
export interface ForeignProgram {
  /** As written there; names that zd cannot use are changed by the fleet. */
  name: string;
  /** Keys and texts of settings; the origin of each is the line that it follows from. */
  entries: Entry[];
  /** Variables of the environment. */
  environment: Entry[];
  /** The lines of `[steps]`; absent for a program without. */
  steps?: Entry[];
  /** The lines of `[eventlog]`; absent for a program without. */
  eventLog?: Entry[];
}

/** What became of a line of the file. */
export interface ReportLine {
  /** `pmtr.conf:4`. */
  origin: string;
  /** The line, or the part of it that is meant, as written. */
  text: string;
  verdict: 'taken' | 'changed' | 'dropped';
  /** How it was changed, or why it was dropped; null for `taken`. */
  how: string | null;
  /** Whether the program behaves differently for lack of it. */
  losesBehaviour: boolean;
}

/** Where pmtr's UDP messages go and come from. */
export interface Telemetry {
  /** Addresses of `report to`, in the order of the file; the interface is for multicast, null for any. */
  reportTo: { host: string; port: number; interface: string | null }[];
  /** Addresses of `listen on`. */
  listenOn: { host: string; port: number }[];
}

/** A foreign file or folder as zd understands it. */
export interface ForeignReading {
  programs: ForeignProgram[];
  /** Services that are configured and deliberately not programs, such as those of perp that are not active. */
  skipped: { name: string; reason: string }[];
  report: ReportLine[];
  /** The absolute paths of all files that were read, for the checks of what root may act on. */
  paths: string[];
  /** Which file was read at each of them: see `identityOf`. */
  identities: Record<string, string>;
  telemetry?: Telemetry;
}

/** What a reader is given to tell whether a file is one of its kind. */
export interface Candidate {
  /** The file as the user wrote it, for messages. */
  file: string;
  /** Its absolute path. */
  path: string;
  isFolder: boolean;
  isExecutable: boolean;
  /** The first 64 KiB as text; empty for a folder. */
  head: string;
}

export interface ForeignRequest {
  file: string;
  path: string;
  env: NodeJS.ProcessEnv;
  /** `--run-it`: what must be executed to be read is executed. */
  runsIt: boolean;
  /** `--env NAME` of pm2: which of its sets of variables; null for none. */
  variant: string | null;
}

/** The reader of one system's files. */
export interface ForeignReader {
  kind: ForeignKind;
  /** What people call such a file: `a file of supervisord`. */
  title: string;
  /** Whether the content, or else the name, says that a file is of this kind. Never throws. */
  recognizes(candidate: Candidate): boolean;
  /** @throws UsageError one sentence with file and line */
  read(request: ForeignRequest): ForeignReading;
}
