/* These actions are bundled into a separate file, so that other commands do not load them; see scripts/build.mjs. */
export { statusInDetail } from './panel';
export { top, watch } from './watch';
