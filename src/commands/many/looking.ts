/* Loaded for the commands that look at many programs; see scripts/build.mjs. */
export { statusMany } from '../inspect/status-many';
export { listFleet } from '../list/list-fleet';
export { showConfigOfMany } from './show-config';
