import type { ActionContext } from '../client/context';

/** How the prompt and the shells complete the words after a command; `settings`: zd also completes names of settings. */
export type Completion =
  | 'signals'
  | 'files'
  | 'topics'
  | { zd: string[]; zdaemon: string[]; settings?: true };

export interface CommandRecord {
  /** Other names; the empty name is an empty line or an empty word. */
  aliases?: string[];
  group: 'Starting and stopping' | 'Inspecting' | 'Output' | 'Configuration' | 'Help';
  /** Refused without a configured program. `new`: a running manager has a program already, called as `zd`. */
  needsProgram?: 'always' | 'new';
  /** Refused with `disable`. */
  startsProgram?: boolean;
  /** Prints notes on ignored settings; if every command did, scripts would print them constantly. */
  printsNotes?: boolean;
  /**
   * Whose words follow it: the program's, whatever they are; its own; or a text, which its options precede. Absent for a
   * command without words.
   */
  words?: 'program' | 'own' | 'text';
  /** With `--json`, `changed` says whether it changed something. */
  changes?: boolean;
  /** Its output is what the user asked for, so `-q` keeps it. */
  answers?: boolean;
  /** It prints objects of its own with `--json`, as they come; with a flag, if that is given. */
  streams?: boolean | `--${string}`;
  /** It works on many programs, and takes one for many. */
  takesFleet?: boolean;
  /** Needs no configuration, so none is looked for. */
  needsNoFile?: boolean;
  /** The file that -C names is written, not read. */
  writesFile?: boolean;
  /** What users of other tools call it. */
  synonyms?: string[];
  /** Called as `zdaemon`, the words after it are ignored. */
  zdaemonIgnoresWords?: boolean;
  /** Does nothing because of the configuration, or checks itself whether root may. */
  acceptsAnyText?: boolean;
  /** With a broken file, it does what it can with the socket, or `refuses` and says what runs. */
  worksWithFault?: 'goes on' | 'refuses';
  /**
   * Which words select programs of a fleet: all words that are no options, by default; `first`: one word, and the others
   * are the command's own; `second`: those behind the first, which is the command's own.
   */
  selects?: 'first' | 'second';
  completes?: Completion;
  /** The flags in zdaemon, where zd has more. */
  zdaemonFlags?: string[];
  /** A short text for lists: `send the program a signal`. */
  short: string;
  /** What `help NAME` prints: for zdaemon's commands its own text, which users and scripts know. */
  help: string;
  /** What `help NAME` prints when called as `zd`, where zdaemon's text does not fit. */
  ownHelp?: string;
  /** Unknown to zdaemon, so its list of commands omits it. */
  isOwn?: boolean;
  /**
   * What the command does without words, the usual case: there is nothing to parse, so the parser is not loaded. A
   * command of a few milliseconds is mostly start-up, so each loads no more than it needs.
   */
  wordless?: (context: ActionContext) => Promise<number>;
}
