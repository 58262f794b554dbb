import type { ActionContext } from '../../client/context';
import type { Configuration } from '../../settings/settings';

/** A program to export. A member of a fleet is one. */
export interface ExportedProgram {
  name: string;
  /** The name without the number of the copy. */
  base: string;
  /** Its number from 1; null for a program without copies. */
  copy: number | null;
  configuration: Configuration;
}

/** What the files depend on beside the configuration. */
export interface Machine {
  /** The absolute path of zd. */
  zd: string;
  /** The search path, with the folder of the Node that runs zd. */
  path: string;
  /** Who runs zd, if that is not root. */
  caller: string | null;
  /** The absolute path of the first word of a program; null if there is none. */
  find(word: string, configuration: Configuration): string | null;
  /** Whether a path of `env-file` is a folder with a file for each variable. */
  isFolder(path: string): boolean;
  /** The name of the primary group of a user; null if it is unknown. */
  groupOf(user: string): string | null;
}

/** Which command of zd the other system runs: one for each program, or one for the whole fleet. */
export type Under = 'fg' | 'up';

export interface ExportRequest {
  programs: readonly ExportedProgram[];
  /** The name of the fleet; null for a single program. */
  fleet: string | null;
  /** What -C names, as an absolute path; null without a file. */
  file: string | null;
  /** What else zd must be told to read that file. */
  flags: readonly string[];
  /** Leave zd out. */
  isDirect: boolean;
  /** Null: what the target prefers. */
  under: Under | null;
  /** Which programs `up` is to run; empty for all. */
  selected: readonly string[];
  /** The image of a container. */
  image: string | null;
  machine: Machine;
}

export interface ExportedFile {
  name: string;
  text: string;
}

export interface Exported {
  files: ExportedFile[];
  /** One sentence each, with the program: what has no counterpart there. */
  remarks: string[];
}

/** Writes the files of one system. */
export type Target = (request: ExportRequest) => Exported;

/** A fleet to export. */
export interface ExportedFleet {
  name: string;
  /** The absolute path of what -C names. */
  path: string;
  /** What else zd must be told to read it. */
  flags: readonly string[];
  programs: readonly ExportedProgram[];
  /** Whether these are all of its programs. */
  isWhole: boolean;
}

/** The context of the command for a fleet; its configuration is that of the first program. */
export type FleetContext = ActionContext & { fleet: ExportedFleet };
