import type { ForeignKind, ForeignProgram, ReportLine, Telemetry } from '../foreign/reading';
import type { Configuration } from '../settings';

/** What `-C` names: a folder of `*.conf`, a file with `[program:NAME]`, one program in copies, one program, or a foreign file. */
export type FleetKind = 'folder' | 'file' | 'copies' | 'one' | ForeignKind;

/** One program of a fleet: one manager, one socket. */
export interface Member {
  /** Unique in the fleet: `web`, or `web-2` for a copy. */
  name: string;
  /** The name without the number of the copy. */
  base: string;
  /** Its number from 1; null for a program without `copies`. */
  copy: number | null;
  configuration: Configuration;
}

/** A program that cannot be read. */
export interface FaultyMember {
  /** Its name, as far as that is known. */
  name: string;
  /** One sentence with file and line. */
  fault: string;
}

/** The programs of a configuration. It is read by each command, and has no process of its own. */
export interface Fleet {
  kind: FleetKind;
  /** As given with -C. */
  file: string;
  /** The absolute path of it. */
  path: string;
  /** The folder in which each member has a folder of its own: `apps/.zd`. */
  place: string;
  /** In the order of their names for a folder, of the file for others. */
  members: Member[];
  faulty: FaultyMember[];
  /** The names of programs with `copies = 0`. */
  withoutCopies: string[];
  /** Foreign services that are deliberately not programs. */
  skipped: { name: string; reason: string }[];
  /** What became of the lines of a foreign file; empty for zd's own. */
  report: ReportLine[];
  /** The programs of a foreign file as they were read, under the names of the fleet; empty for zd's own. */
  foreign: ForeignProgram[];
  /** pmtr's UDP, if the file has it. */
  telemetry: Telemetry | null;
  notes: string[];
}
