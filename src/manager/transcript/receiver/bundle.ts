export { dismissKept } from './kept';
export { Receiver } from './receiver';
export { Sinks } from './sinks';
