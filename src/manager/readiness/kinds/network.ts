import { connect, type NetConnectOpts } from 'node:net';
import type { ProbeOf } from '../../../settings/probes/probe';
import { describeLongPath } from '../../../state/socket-path';
import { describeReason, errorCode } from '../../../system/errors';
import { type Answer, answerAtOnce, type Try } from './try';

/** This machine, in the order in which it is tried. */
const HERE = ['127.0.0.1', '::1'];

/** Holds when a TCP connection is accepted, which is closed at once. */
export function tryPort({ host, port }: ProbeOf<'port'>): Try {
  const hosts = host === null ? HERE : [host];
  return done => {
    let end = () => {};
    const attempt = (index: number, first: Answer) => {
      end = tryConnection({ host: hosts[index]!, port })(answer => {
        if (answer === null || index === hosts.length - 1) done(answer && (first ?? answer));
        else attempt(index + 1, first ?? answer);
      });
    };
    attempt(0, null);
    return () => end();
  };
}

/**
 * Holds when a stream connection to a Unix socket is accepted.
 *
 * @param path absolute
 */
export function trySocket(path: string): Try {
  const tooLong = describeLongPath(path);
  if (tooLong !== null) return answerAtOnce(() => ({ says: tooLong, isTrouble: true }));
  return tryConnection({ path });
}

/** What the network says, as a clause. */
export function describeNetworkError(error: unknown): string {
  const one = error instanceof AggregateError ? error.errors[0] : error;
  const isUnknown = errorCode(one) === 'ENOTFOUND';
  return isUnknown ? `there is no host ${(one as { hostname?: string }).hostname}` : describeReason(one);
}

function tryConnection(place: NetConnectOpts): Try {
  return done => {
    const socket = connect(place);
    socket.once('connect', () => {
      socket.destroy();
      done(null);
    });
    socket.once('error', error => done({ says: describeNetworkError(error) }));
    return () => {
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.destroy();
    };
  };
}
