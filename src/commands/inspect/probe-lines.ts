import { showProbes } from '../../settings/probes/type';
import type { Settings } from '../../settings/settings';

/** What `check` says of the probes: which, and how long they can take. */
export function describeProbes(settings: Settings): [name: string, value: string][] {
  const { waitFor, waitForTimeout, ready, startTimeout, startFailure } = settings;
  const { alive, aliveEvery, aliveTimeout, aliveFailures } = settings;
  const lines: [string, string][] = [];
  if (waitFor)
    lines.push(['wait for', `${showProbes(waitFor)}, at most ${waitForTimeout} s before each start`]);
  if (ready) {
    const then = startFailure === 'stop' ? '; then it is stopped' : '';
    lines.push(['ready', `${showProbes(ready)}, at most ${startTimeout} s after a start${then}`]);
  }
  if (alive) {
    const latest = Math.round(aliveFailures * (aliveEvery + aliveTimeout) * 1000) / 1000;
    lines.push([
      'alive',
      `${showProbes(alive)}, every ${aliveEvery} s; restarted after ${latest} s at the latest`,
    ]);
  }
  return lines;
}
