/* Loaded for the commands that look at many programs; see scripts/build.mjs. */
export { listFleet } from '../list/list-fleet';
