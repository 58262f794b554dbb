import type { EventLogHandler, LogLayout } from '../../settings/event-log-settings';
import { makeRenderer, USUAL_FORMAT } from '../../settings/log-format/render';
import { Delivery } from './delivery';
import { makeHttp } from './http';
import { makeMail } from './mail';
import type { LogRecord, Receiver } from './record';
import type { HandlerSurroundings, Sender } from './sender';
import { makeSyslog } from './syslog';

/* What a manager loads for an event log with formats, rotation or handlers. */

export { makeRotation } from './rotation';

/** @param began seconds since 1970 */
export function makeFileRenderer(layout: LogLayout, began: number): (record: LogRecord) => string {
  return makeRenderer(layout, USUAL_FORMAT, began);
}

/** The handlers of an event log; those of a later zd are left out. */
export function makeReceivers(
  handlers: readonly EventLogHandler[],
  surroundings: HandlerSurroundings & { report(text: string): void },
): Receiver[] {
  return handlers.flatMap(handler => {
    const sender = makeSender(handler, surroundings);
    return sender ? [new Delivery(sender, { ...surroundings, level: handler.level })] : [];
  });
}

function makeSender(handler: EventLogHandler, surroundings: HandlerSurroundings): Sender | null {
  switch (handler.type) {
    case 'syslog':
      return makeSyslog(handler, surroundings);
    case 'http':
      return makeHttp(handler, surroundings);
    case 'mail':
      return makeMail(handler, surroundings);
    default:
      return null;
  }
}
