import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { readLink } from '../files';

/** Where a program listens. */
export interface Port {
  port: number;
  /** In the usual notation; null for all addresses. */
  address: string | null;
}

/** A look must not take long: more descriptors and processes are not examined. */
const MOST_DESCRIPTORS = 4096;
const MOST_PROCESSES = 64;
const LISTENS = '0A';
const CHUNK = 64 * 1024;

/**
 * Finds the TCP ports on which processes listen.
 *
 * @param pids in one network namespace
 * @returns sorted; empty also where their descriptors are not visible to this user
 */
export function findPorts(pids: readonly number[]): Port[] {
  const first = pids[0];
  if (first === undefined) return [];
  const sockets = new Set(pids.slice(0, MOST_PROCESSES).flatMap(listSockets));
  if (sockets.size === 0) return [];
  const found = ['tcp', 'tcp6'].flatMap(table =>
    parseListeners(readListeners(`/proc/${first}/net/${table}`)).filter(({ inode }) => sockets.has(inode)),
  );
  const ports = new Map(found.map(({ port, address }) => [`${address} ${port}`, { port, address }]));
  return [...ports.values()]
    .filter(({ port, address }) => address === null || !ports.has(`null ${port}`))
    .sort((a, b) => a.port - b.port || String(a.address).localeCompare(String(b.address)));
}

/**
 * Reads the rows of /proc/net/tcp or tcp6 that listen (proc_net(5)).
 *
 * @param text the table
 */
export function parseListeners(text: string): (Port & { inode: string })[] {
  return text.split('\n').flatMap(row => {
    const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === LISTENS && inode !== ''
      ? [{ address: formatAddress(address), port: Number.parseInt(port, 16), inode }]
      : [];
  });
}

/** `port 80, 127.0.0.1:8080, [::1]:8080`. */
export function formatPort({ port, address }: Port): string {
  if (address === null) return `port ${port}`;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function listSockets(pid: number): string[] {
  try {
    const names = readdirSync(`/proc/${pid}/fd`).slice(0, MOST_DESCRIPTORS);
    return names.flatMap(name => /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${name}`))?.[1] ?? []);
  } catch {
    return [];
  }
}

/** The kernel lists listeners first, and a busy server has many thousand connections that are not read. */
function readListeners(path: string): string {
  let text = '';
  try {
    const fd = openSync(path, 'r');
    try {
      const chunk = Buffer.alloc(CHUNK);
      for (let length = 1; length > 0; ) {
        length = readSync(fd, chunk);
        const part = chunk.toString('latin1', 0, length);
        text += part;
        if (!part.includes(` ${LISTENS} `)) break;
      }
    } finally {
      closeSync(fd);
    }
  } catch {
    // Without the table, nothing is known of the ports.
  }
  return text;
}

/** Words of 32 bits, each in the order of the machine; null for all addresses. */
function formatAddress(hex: string): string | null {
  if (/^0*$/.test(hex)) return null;
  const bytes = [...(hex.match(/.{8}/g) ?? [])].flatMap(word =>
    [...(word.match(/../g) ?? [])].reverse().map(byte => Number.parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from(
    { length: 8 },
    (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0),
  );
  const isMapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff;
  if (isMapped)
    return bytes.every((byte, index) => index < 12 || byte === 0) ? null : bytes.slice(12).join('.');
  return compress(groups.map(group => group.toString(16)).join(':'));
}

/** The longest run of zeros is left out (RFC 5952). */
function compress(address: string): string {
  const runs = address.match(/(?:^|:)0(?::0)+(?=:|$)/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  const short = longest === '' ? address : address.replace(longest, ':');
  return short.endsWith(':') ? `${short}:` : short;
}
