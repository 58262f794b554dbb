import { exportSystemd } from './systemd/systemd';
import { exportCompose } from './systems/compose';
import { exportKubernetes } from './systems/kubernetes';
import { exportLaunchd } from './systems/launchd';
import { exportLogrotate } from './systems/logrotate';
import { exportNomad } from './systems/nomad';
import { exportProcfile } from './systems/procfile';
import type { Target } from './types';

/** The systems for which zd writes files. */
export const targets: Readonly<Record<string, Target>> = {
  systemd: exportSystemd,
  launchd: exportLaunchd,
  kubernetes: exportKubernetes,
  nomad: exportNomad,
  compose: exportCompose,
  procfile: exportProcfile,
  logrotate: exportLogrotate,
};
