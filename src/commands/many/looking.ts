/* Loaded for the commands that look at many programs; see scripts/build.mjs. */

export { eventsMany } from '../inspect/events-many';
export { historyMany } from '../inspect/history-many';
export { statusMany } from '../inspect/status-many';
export { listFleet } from '../list/list-fleet';
export { logtailMany } from '../output/logtail-many';
export { topMany } from '../panel/watch-many';
export { showConfigOfMany } from './show-config';
