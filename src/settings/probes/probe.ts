/*
 * Probes: one language for the question whether something is there. A value is one probe or several, separated by `and`.
 * Paths are as written, or absolute once the configuration was placed.
 */

export type Probe =
  /** Without a host it is this machine, by IPv4 and then by IPv6. */
  | { kind: 'port'; host: string | null; port: number }
  | { kind: 'socket'; path: string }
  | { kind: 'http'; url: string }
  | { kind: 'file'; path: string }
  /** The source of a regular expression. */
  | { kind: 'output'; pattern: string }
  | { kind: 'fd'; fd: number }
  | { kind: 'notify' }
  | { kind: 'command'; words: string[] };

export type ProbeKind = Probe['kind'];
export type ProbeOf<Kind extends ProbeKind> = Extract<Probe, { kind: Kind }>;

export const PROBE_KINDS: readonly ProbeKind[] = [
  'port',
  'socket',
  'http',
  'file',
  'output',
  'fd',
  'notify',
  'command',
];

/** What a probe can be in words, for messages. */
export function listKinds(kinds: readonly string[]): string {
  return `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`;
}
