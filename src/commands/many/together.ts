import { exportTogether } from '../export/together';
import { applyMany } from './apply/apply-many';
import { checkMany } from './order/check';
import { restartMany } from './order/restart';
import { startMany } from './order/start';
import { stopMany } from './order/stop';
import type { SplitRequest } from './request';

/** A command with a form of its own for many programs; null for words that are like those for one program. */
export type Together = (request: SplitRequest) => Promise<number | null>;

/** Commands that are more than one command for each program; the others need nothing here. */
export const together: Record<string, Together> = {
  export: exportTogether,
  start: startMany,
  once: startMany,
  stop: stopMany,
  restart: restartMany,
  check: checkMany,
  apply: applyMany,
  up: request => loadUp().upMany(request),
  status: request => loadLooking().statusMany(request),
  logtail: request => loadLooking().logtailMany(request),
  events: request => loadLooking().eventsMany(request),
  history: request => loadLooking().historyMany(request),
  top: request => loadLooking().topMany(request),
  list: request => loadLooking().listFleet(request),
  show: request => loadLooking().showConfigOfMany(request),
};

/** Loaded for the one command that stays. */
function loadUp(): typeof import('./up/up-many') {
  return require('./up/up-many');
}

/** Loaded for commands that only look. */
function loadLooking(): typeof import('./looking') {
  return require('./looking');
}
