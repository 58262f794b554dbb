/* The prompt for one program and the one for many, which share most of their code; see scripts/build.mjs. */
export { runFleetPrompt } from './fleet-prompt';
export { runPrompt } from './prompt';
