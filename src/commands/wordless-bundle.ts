/* The actions that are built into a file of their own, so that `status` need not read them; see scripts/build.mjs. */
export { logreopen, reopenTranscript } from './output/reopen-transcript';
export { restart } from './run/restart';
export { start } from './run/start';
export { stop } from './run/stop';
export { wait } from './run/wait';
