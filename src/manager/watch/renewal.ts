import { resolve } from 'node:path';
import { directoryOf } from '../../protocol/launch-order';
import { identify } from '../../system/identity';
import { readAge } from '../../system/processes';
import { readUsage } from '../../system/usage';
import type { Attendant, AttendantParts } from '../attendant';
import { MemoryLimit } from './memory-limit';
import { recognizeOwnFiles } from './names';
import { RestartEvery } from './restart-every';
import { RestartOnChange } from './restart-on-change';
import { readContents, saveContents } from './saved-contents';

export { ConfigWatch } from './config-watch';

/* The attendants of renewing. Only a manager with one of these settings loads this module. */

/** The attendant of `restart-every`. */
export function attendAge(parts: AttendantParts): Attendant {
  const { restartEvery, backoffJitter } = parts.order.settings;
  const every = restartEvery as number;
  const reason = `up for ${describeTime(every)}`;
  return new RestartEvery({
    clock: parts.clock,
    every,
    jitter: backoffJitter,
    chance: Math.random(),
    restart: () => parts.renew({ by: 'restart-every', reason }),
  });
}

/** The attendant of `memory-limit`. */
export function attendMemory(parts: AttendantParts): Attendant {
  const { memoryLimit } = parts.order.settings;
  return new MemoryLimit({
    clock: parts.clock,
    limit: memoryLimit as number,
    read: pid => {
      const orphans = parts.parent.findDescendants().map(one => one.pid);
      return readUsage(pid, orphans);
    },
    used: ({ memory, processor }) => {
      parts.record.usage = {
        ...(memory === null ? {} : { memory }),
        ...(processor === null ? {} : { cpu: processor }),
      };
    },
    restart: reason => parts.renew({ by: 'memory-limit', reason, early: true }),
    failed: () => {
      const reason = 'the system does not say how much memory the program uses';
      parts.eventLog.log('warn', `memory-limit has no effect: ${reason}`);
      parts.emit({ event: 'watch-failed', path: '/proc', reason });
    },
  });
}

/** The attendant of `restart-on-change`: one watch for all runs, as long as the setting stays. */
export function attendFiles(parts: AttendantParts): Attendant {
  const watch = watchFiles(parts);
  return {
    begin: ({ pid, startedAt }) => {
      // It has begun to read before the manager knew of it.
      const age = readAge(identify(pid).startTime);
      const began = age === null ? startedAt : Math.min(startedAt, parts.clock.now() - age);
      void watch.begin({ pid, startedAt: began });
    },
    pause: () => watch.pause(),
    resume: () => watch.resume(),
    end: () => watch.end(),
  };
}

/** Begins to watch the files of `restart-on-change`, if it has not begun; before the first start. */
export function watchFiles(parts: AttendantParts): RestartOnChange {
  const { order, clock, eventLog } = parts;
  const paths = (order.settings.restartOnChange ?? []).map(path => resolve(directoryOf(order), path));
  const known = watches.get(parts);
  if (known && known.paths.join('\0') === paths.join('\0')) return known;
  known?.close();
  const isOwn = (path: string) => recognizeOwnFiles(parts.order)(path);
  const watch = new RestartOnChange({
    clock,
    paths,
    isOwn,
    failed: (path, reason) => {
      eventLog.log('warn', `restart-on-change: cannot watch ${path}: ${reason}`);
      parts.emit({ event: 'watch-failed', path, reason });
    },
    restart: reason => parts.renew({ by: 'restart-on-change', reason }),
    save: (pid, contents) => saveContents(order.stateFolder, pid, contents),
    read: pid => readContents(order.stateFolder, pid),
  });
  watches.set(parts, watch);
  return watch;
}

/** The setting is gone. */
export function forgetFiles(parts: AttendantParts): void {
  watches.get(parts)?.close();
  watches.delete(parts);
}

/** The paths of `restart-on-change` that are not there. */
export function findMissing(parts: AttendantParts): readonly string[] {
  return watches.get(parts)?.missing ?? [];
}

const watches = new WeakMap<AttendantParts, RestartOnChange>();

const UNITS: readonly [string, number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
];

/** `6h`, `90 s`: as it is written in a file. */
function describeTime(seconds: number): string {
  const unit = UNITS.find(([, size]) => seconds % size === 0);
  return unit ? `${seconds / unit[1]}${unit[0]}` : `${seconds}s`;
}
