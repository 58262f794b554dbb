/* Loaded as one file, and only with `pty`. */
export { Console } from './console';
export { ConsoleInput } from './console-input';
