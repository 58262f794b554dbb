/* These actions are bundled into a separate file, so that `status` does not load them; see scripts/build.mjs. */
export { logreopen, reopenTranscript } from './output/reopen-transcript';
export { restart } from './run/restart';
export { start } from './run/start';
export { stop } from './run/stop';
export { wait } from './wait/wait';
