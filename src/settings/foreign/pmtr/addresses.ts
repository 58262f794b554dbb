import type { Telemetry } from '../reading';

/** Where a report goes, or where datagrams are received. */
export type Address = Telemetry['reportTo'][number];

/**
 * Reads `udp://HOST:PORT[@INTERFACE]`.
 *
 * @returns null for anything else
 */
export function readAddress(text: string): Address | null {
  const [, host, digits, device] = /^udp:\/\/([^:@/]*):(\d{1,5})(?:@([\w.-]{1,15}))?$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || !(port <= 65_535)) return null;
  // Without a host pmtr finds none; here it is this machine.
  return { host: host === '' ? LOOPBACK : host, port, interface: device ?? null };
}

const LOOPBACK = '127.0.0.1';
