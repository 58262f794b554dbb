export { dismissKept } from './kept';
export { Receiver } from './receiver';
