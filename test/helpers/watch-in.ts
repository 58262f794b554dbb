import { join } from 'node:path';
import { RestartOnChange } from '../../src/manager/watch/restart-on-change';
import { FakeClock } from './fake-clock';

/** A watch of paths in a folder, whose time a test advances; the files are real. */
export function watchIn(folder: string, names: string[], saved: Map<string, string> | null = null) {
  const clock = new FakeClock();
  // Files have real times.
  clock.wallOffset = Date.now() / 1000 - clock.now();
  const restarts: string[] = [];
  const failures: string[] = [];
  let kept = saved;
  const watch = new RestartOnChange({
    clock,
    paths: names.map(name => join(folder, name)),
    isOwn: path => path.endsWith('/app.log'),
    failed: (path, reason) => void failures.push(`${path.slice(folder.length + 1)}: ${reason}`),
    restart: reason => void restarts.push(reason.replaceAll(`${folder}/`, '')),
    save: (_, contents) => {
      kept = new Map(contents);
    },
    read: () => kept,
  });
  open.push(watch);
  let pid = 7;
  return {
    watch,
    clock,
    restarts,
    failures,
    saved: () => kept,
    begin: () => watch.begin({ pid: pid++, startedAt: clock.now() }),
    /** As a notice of the system would: looks at once, and acts when a burst is over. */
    async pass(seconds: number) {
      await watch.look();
      const before = restarts.length;
      clock.advance(seconds);
      // A last look precedes each restart.
      await watch.look();
      await new Promise(resolve => setImmediate(resolve));
      return restarts.slice(before);
    },
  };
}

const open: RestartOnChange[] = [];
/** For `test.after.each`. */
export function closeWatches(): void {
  for (const watch of open.splice(0)) watch.close();
}
