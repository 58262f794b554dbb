/** One `key value` line of a section, or a -X that replaces it. */
export interface Entry {
  /** As written. */
  key: string;
  /** The exact text; for ZConfig with `$` already substituted. */
  value: string;
  /** `app.conf:4`, `-X runner/umask`. */
  origin: string;
  /** Set by -X, that is, on the command line. */
  isTyped?: true;
  /** Column of the first character of the value; null if the value does not appear literally in the line. */
  column: number | null;
}

export interface Section {
  /** Lower case. */
  type: string;
  /** As the format writes it: `[runner]`, `<runner>`. */
  label: string;
  origin: string;
  entries: Entry[];
  sections: Section[];
}

/** Something in a ZConfig file that belongs to another program. */
export interface Foreign {
  name: string;
  origin: string;
}

/** The content of a file, before its values are interpreted. */
export interface FileTree {
  /** The file as the user wrote it. */
  file: string;
  /** The absolute paths of all files that were read: the file itself, then those that it includes. */
  paths: string[];
  /** Which file was read at each of them. */
  identities: Record<string, string>;
  /** The sections of zd: runner, environment, eventlog, steps; each at most once. */
  sections: Section[];
  foreignSections: Foreign[];
  foreignKeys: Foreign[];
  /** `%import` lines. */
  imports: Foreign[];
  /** Whether it is an INI file. */
  isIni?: boolean;
}

/** The top-level sections that zd reads. */
export const OWN_SECTIONS = ['runner', 'environment', 'eventlog', 'steps'];
