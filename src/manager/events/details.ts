import type { News } from '../../protocol/events';
import type { Cause } from '../../protocol/outcomes';
import type { RunRecord } from '../record/run-record';

/**
 * Adds what the record knows about an event: cause, user, reason and times.
 *
 * @param news what a step of the lifecycle says
 * @param record after that step
 */
export function addDetails(news: News, record: RunRecord): News {
  switch (news.event) {
    case 'starting':
      return { ...news, ...nameStep(record), ...record.startedBy };
    case 'started':
      return { ...news, after: record.readyAfter };
    case 'exited': {
      if (news.pid === null || !record.lastExit) return news;
      const { uptime, by, user, reason } = record.lastExit;
      return { ...news, ...nameStep(record), uptime, ...showCause({ by, user, reason }) };
    }
    case 'waiting':
      return { ...news, until: record.toWall(news.until as number) };
    case 'stopping':
    case 'restarting':
      return { ...news, ...showCause(record.attribution.explainRequest(news.event)) };
    case 'stopped':
    case 'failed':
    case 'gave-up': {
      const { by, user, reason, inARow } = record.down ?? {};
      return {
        ...news,
        ...showCause({ by, user, reason }),
        ...(inARow && news.event !== 'stopped' ? { inARow } : {}),
      };
    }
    default:
      return news;
  }
}

function nameStep({ step }: RunRecord): { step?: string } {
  return step === null ? {} : { step };
}

/** Without what is not known. */
function showCause(cause: Partial<Record<keyof Cause, Cause[keyof Cause] | undefined>>): object {
  return Object.fromEntries(
    Object.entries(cause).filter(([, value]) => value !== undefined && value !== null),
  );
}
