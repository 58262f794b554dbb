import type { Notice } from '../../client/following/subscription';
import type { Visit } from '../../client/following/visit';
import type { OutputNotice } from '../../protocol/console';
import { describeEvent } from '../inspect/events';

/** How a visitor sees the program. */
export interface View {
  /** A manager has answered: the first one, or one that has replaced another. */
  begin(visit: Visit): Promise<void>;
  take(notice: OutputNotice | Notice): Promise<void>;
  /** Gives the terminal back, as it was. */
  leave(): void;
}

export interface ViewOptions {
  /** The daemon's name. */
  name: string;
  readOnly: boolean;
  /** The key with which the visitor leaves, as the settings have it. */
  detachKey: string;
  /** Called when the visitor leaves. */
  ended(): void;
}

/** What a visitor is told. */
const TOLD: readonly string[] = [
  'started',
  'exited',
  'restarting',
  'stopping',
  'paused',
  'continued',
  'waiting',
  'failed',
  'gave-up',
];

/** Whether something has happened that a visitor is told, and what: `app exited, pid 4021, exit status 3`. */
export function tellEvent(notice: Notice): string | null {
  if (!('n' in notice) || !TOLD.includes(notice.event)) return null;
  return `zd: ${notice.program} ${describeEvent(notice)}`;
}
