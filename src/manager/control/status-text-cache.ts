import { formatPythonFloat } from '../../protocol/python';
import { formatStatusText } from '../../protocol/status-text';
import { type BriefParts, reportBriefly } from './report';

/** A placeholder for the current time: a value that no report contains. */
const MARK = formatPythonFloat(-1);

/**
 * Caches the text of `status` (zdaemon), in which only the time changes between two steps of the lifecycle. Monitors
 * poll it all day, and a client that waits less is woken faster. Formatting it for each request would cost a tenth of
 * the requests per second.
 */
export class StatusTextCache {
  #key: readonly unknown[] = [];
  #head = '';
  #tail = '';

  /** @returns the brief report as formatted by `formatStatusText` */
  write(parts: BriefParts): string {
    const { life, order, record, clock } = parts;
    const [knownLife, knownOrder, knownStart, knownFile] = this.#key;
    const isKnown = life === knownLife && order === knownOrder && record.file === knownFile;
    // In backoff, the text also contains the time of the next attempt, which is relative to now.
    if (!isKnown || record.startedAt !== knownStart || life.name === 'backoff') {
      this.#key = [life, order, record.startedAt, record.file];
      const [head = '', tail = ''] = formatStatusText({ ...reportBriefly(parts), now: -1 }).split(
        `now=${MARK}`,
      );
      this.#head = `${head}now=`;
      this.#tail = tail;
    }
    return `${this.#head}${formatPythonFloat(clock.wall())}${this.#tail}`;
  }
}
