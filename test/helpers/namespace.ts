import { spawnSync } from 'node:child_process';

/** Runs what follows as process 1 of a PID namespace, which ends with it. */
export const NAMESPACE = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--mount'];

/** The reason if that cannot be done here, or false. */
export const noNamespace: string | false =
  spawnSync(NAMESPACE[0] as string, [...NAMESPACE.slice(1), 'true']).status !== 0 &&
  'cannot make a PID namespace';
