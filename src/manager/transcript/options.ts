import type { News } from '../../protocol/events';
import type { TranscriptSettings } from '../../settings/settings';
import type { Clock } from '../../system/clock';
import type { User } from '../../system/users';
import type { Parent } from '../parent/parent';
import type { Destination } from './sink';
import type { Target } from './target';

/** The command of `transcript-program`. */
export interface OutputCommand {
  /** Its input. */
  readonly target: Target;
  /** Null while it does not run. */
  readonly pid: number | null;
  /** Resolves when it runs for the first time; rejects when it cannot, if it must. */
  readonly settled: Promise<void>;
  /** Makes one of what goes to a file and what goes to it. */
  combine(file: Destination, own: Destination): Destination;
  /** The manager is about to end it: it is not the time for a pause. */
  hurry(): void;
  /** Tells it the end of its input, and resolves when it has exited or was killed. */
  end(): Promise<void>;
}

export interface TranscriptOptions {
  /** Spawns the copiers, and holds the FIFOs. */
  parent: Parent;
  /** The state folder, which contains the FIFOs. */
  folder: string;
  /** The state folder may be another user's, also for root. */
  insecure?: boolean | undefined;
  /** What ps(1) shows of the daemon. */
  title: string;
  /** The file that receives the output. */
  path: string;
  settings: TranscriptSettings;
  /** With whose rights a manager that stays root opens the files; null for its own. */
  runAs: User | null;
  /** Keeps the command of `transcript-program` running; absent without one. */
  receiver?: OutputCommand | null;
  /** What still runs matters more than a file that cannot be opened: its output waits in memory. */
  mayLack: boolean;
  /** The pid of an adopted program, whose output must be read on, or null. */
  program: number | null;
  clock: Clock;
  /** Writes to the manager's own log. */
  log(level: 'error' | 'warn', text: string): void;
  /** Tells the subscribers of events. */
  emit?(news: News): void;
}

/** What opening a file takes; `name` distinguishes the lists of rotated files. */
export type FileOptions = Omit<TranscriptOptions, 'parent' | 'title' | 'program'> & { name: string };
