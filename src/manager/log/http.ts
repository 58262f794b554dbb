import type { ClientRequest, RequestOptions } from 'node:http';
import type { HttpHandler, LogLayout } from '../../settings/event-log-settings';
import { nameHandler } from '../../settings/event-log-text';
import { plain } from '../../settings/log-format/convert';
import { valuesOf } from '../../settings/log-format/render';
import { describeNetworkError } from '../readiness/kinds/network';
import type { Failure, HandlerSurroundings, Sender } from './sender';

/**
 * One request for each record, with the fields of Python's HTTPHandler that a record of zd has, and the daemon's name. The
 * modules are loaded with the first record: TLS takes some MiB.
 */
export function makeHttp(
  handler: HttpHandler & LogLayout & { level: number },
  { clock, name }: HandlerSurroundings,
): Sender {
  const { url: written, method, dateFormat } = handler;
  const began = clock.wall();
  return {
    name: nameHandler(handler),
    send({ record }, done) {
      const values = Object.entries(valuesOf(record, dateFormat ?? '%Y-%m-%dT%H:%M:%S', began));
      const fields = new URLSearchParams(
        Object.fromEntries(values.map(([field, value]) => [field, plain(value)])),
      );
      fields.set('msg', record.text);
      fields.set('daemon', name);
      const url = new URL(written);
      if (method === 'GET') url.search += `${url.search === '' ? '?' : '&'}${fields}`;
      return request(url, method === 'POST' ? String(fields) : null, done);
    },
  };
}

function request(url: URL, body: string | null, done: (failure: Failure | null) => void): () => void {
  const load =
    url.protocol === 'http:'
      ? (require('node:http') as typeof import('node:http')).request
      : (require('node:https') as typeof import('node:https')).request;
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const options: RequestOptions = {
    agent: false,
    method: body === null ? 'GET' : 'POST',
    headers: { 'user-agent': 'zd', accept: '*/*', connection: 'close', ...(body === null ? {} : type) },
  };
  const sent = load(url, options, response => {
    finish(sent);
    done(judge(response.statusCode ?? 0));
  });
  const fail = (reason: string) => {
    finish(sent);
    done({ reason });
  };
  sent.once('error', error => fail(describeNetworkError(error)));
  sent.once('close', () => fail('the connection was closed without an answer'));
  sent.end(body ?? undefined);
  return () => finish(sent);
}

function finish(sent: ClientRequest): void {
  sent.removeAllListeners();
  sent.on('error', () => {});
  sent.destroy();
}

/** A server that refuses a record would refuse it again, unless it is busy or ill. */
function judge(status: number): Failure | null {
  if (status >= 200 && status <= 299) return null;
  const mayPass = status >= 500 || status === 408 || status === 429;
  return { reason: `status ${status}`, ...(mayPass ? {} : { isFinal: true }) };
}
