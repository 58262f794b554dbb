import { formatPythonFloat } from '../../protocol/python';
import { formatStatusText } from '../../protocol/status-text';
import { type BriefParts, reportBriefly } from './report';

/** A time that no report has: the place of the present one. */
const MARK = formatPythonFloat(-1);

/**
 * The text of `status` (zdaemon), of which only the time changes between two steps of the lifecycle. Monitors ask for it
 * all day, and a client that waits less is woken faster: writing it anew costs a tenth of the requests a second.
 */
export class StatusTextCache {
  #key: readonly unknown[] = [];
  #head = '';
  #tail = '';

  /** @returns what `formatStatusText` makes of the brief report */
  write(parts: BriefParts): string {
    const { life, order, record, clock } = parts;
    const [knownLife, knownOrder, knownStart, knownFile] = this.#key;
    const isKnown = life === knownLife && order === knownOrder && record.file === knownFile;
    // The time of the next attempt is counted from now, too.
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
