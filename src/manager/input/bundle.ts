export { findControlInput, makeControlInput } from './control-input';
export { SendQueue } from './send-queue';
