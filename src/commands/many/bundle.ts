/* Loaded when -C names more than one program; see scripts/build.mjs. */
export { readFleet } from '../../settings/fleet/read-fleet';
export { runMany } from './many';
