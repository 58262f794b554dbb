/* Loaded as one file, and only with settings that need it. */
export { buildEnvironment } from './build';
export { listVariableFiles, readVariables } from './read-files';
export { readFor, readTrusted } from './read-for';
