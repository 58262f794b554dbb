import type { IncomingMessage, RequestOptions } from 'node:http';
import type { ProbeOf } from '../../../settings/probes/probe';
import { describeNetworkError } from './network';
import type { Try } from './try';

const INSECURE = 'https+insecure:';

/**
 * Holds when a GET is answered with a status from 200 to 299; a redirect is an answer as any other. The body is not
 * read. The modules are loaded now: TLS takes some MiB.
 */
export function tryHttp({ url: written }: ProbeOf<'http'>): Try {
  const isInsecure = written.toLowerCase().startsWith(INSECURE);
  const url = new URL(isInsecure ? `https:${written.slice(INSECURE.length)}` : written);
  return done => {
    const get =
      url.protocol === 'http:'
        ? (require('node:http') as typeof import('node:http')).get
        : (require('node:https') as typeof import('node:https')).get;
    const options: RequestOptions & { rejectUnauthorized?: boolean } = {
      agent: false,
      headers: { 'user-agent': 'zd', accept: '*/*', connection: 'close' },
      ...(isInsecure ? { rejectUnauthorized: false } : {}),
    };
    const request = get(url, options, response => {
      const answer = judge(response);
      end();
      done(answer);
    });
    const end = () => {
      request.removeAllListeners();
      request.on('error', () => {});
      request.destroy();
    };
    const fail = (says: string) => {
      end();
      done({ says });
    };
    request.once('error', error => fail(describeNetworkError(error)));
    request.once('upgrade', ({ statusCode }) => fail(`status ${statusCode}`));
    request.once('close', () => fail('the connection was closed without an answer'));
    return end;
  };
}

function judge({ statusCode = 0, headers: { location } }: IncomingMessage): { says: string } | null {
  if (statusCode >= 200 && statusCode <= 299) return null;
  const isRedirect = statusCode >= 300 && statusCode <= 399 && location !== undefined;
  return { says: `status ${statusCode}${isRedirect ? `, a redirect to ${location}` : ''}` };
}
