/* The actions that are built into a file of their own, so that `status` need not read them; see scripts/build.mjs. */
export { logreopen, reopenTranscript } from './reopen-transcript';
export { restart } from './restart';
export { start } from './start';
export { stop } from './stop';
export { wait } from './wait';
