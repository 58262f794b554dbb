import { controlTable } from './control';
import { programTable } from './program';
import { promptTable } from './prompt';
import { restartTable } from './restart';
import { startStopTable } from './start-stop';
import { transcriptTable } from './transcript';

/**
 * Every setting once, by topic. `Settings`, the flags, the readers of both file formats, `zd show options`, `zd -h`,
 * docs/options.rst, the manual page, what a manager is told and what of it may change derive from these records.
 */
export const settingTable = {
  ...programTable,
  ...controlTable,
  ...startStopTable,
  ...restartTable,
  ...transcriptTable,
  ...promptTable,
};
