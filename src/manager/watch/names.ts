import { basename, dirname } from 'node:path';
import type { LaunchOrder } from '../../protocol/launch-order';
import { placeStreams } from '../../protocol/launch-order';

/** Names of files that editors and tools write beside a file: hidden ones, backups, half-written ones. */
const PASSING: readonly RegExp[] = [
  /^\./,
  /~$/,
  /^#.*#$/,
  /\.(?:bak|orig|rej|swp|swo|swx|tmp|temp|part|crdownload)$/i,
  /___jb_(?:tmp|old|bak)___$/,
  // vim tries with this name whether it can write to the folder.
  /^4913$/,
];

/** Whether a file or folder does not count in a folder that is watched. */
export function isPassing(name: string): boolean {
  return PASSING.some(pattern => pattern.test(name));
}

/**
 * Recognizes the files of zd itself: in a folder with a transcript, each line of output would restart the program.
 *
 * @param order that the manager follows
 * @returns tells of an absolute path whether it is the socket, the configuration, a log, or what rotation makes of one
 */
export function recognizeOwnFiles(order: LaunchOrder): (path: string) => boolean {
  const { transcript, stderrTranscript, stdout, stdin, pidfile } = placeStreams(order);
  const logs = [transcript, stderrTranscript, ...(order.eventLog?.files ?? []).map(({ path }) => path)];
  const exact = new Set([
    order.socket,
    order.stateFolder,
    order.source?.file,
    stdout,
    stdin,
    pidfile,
    ...logs,
  ]);
  return path => {
    if (exact.has(path)) return true;
    const name = basename(path);
    return logs.some(
      log =>
        log !== null &&
        dirname(log) === dirname(path) &&
        /^[.-]/.test(name.slice(basename(log).length)) &&
        name.startsWith(basename(log)),
    );
  };
}
