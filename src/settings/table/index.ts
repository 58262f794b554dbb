import { controlTable } from './control';
import { fleetTable } from './fleet';
import { hooksTable } from './hooks';
import { programTable } from './program';
import { promptTable } from './prompt';
import { readinessTable } from './readiness';
import { renewingTable } from './renewing';
import { restartTable } from './restart';
import { scheduleTable } from './schedule';
import { startStopTable } from './start-stop';
import { stoppingTable } from './stopping';
import { surroundingsTable } from './surroundings';
import { transcriptTable } from './transcript';

/**
 * All settings by topic. These records define `Settings`, the flags, the readers of both file formats,
 * `zd show options`, `zd -h`, docs/options.rst and the manual page. They also define which settings a manager gets, and
 * which of them can be changed later.
 */
export const settingTable = {
  ...programTable,
  ...surroundingsTable,
  ...controlTable,
  ...startStopTable,
  ...stoppingTable,
  ...readinessTable,
  ...restartTable,
  ...scheduleTable,
  ...renewingTable,
  ...hooksTable,
  ...transcriptTable,
  ...fleetTable,
  ...promptTable,
};
