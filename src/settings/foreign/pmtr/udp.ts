/*
 * pmtr's datagrams, as text. They carry no authentication, so nothing in one is trusted with more than to switch a
 * program of the file on or off.
 */

/** A program as a report tells of it. */
export interface ReportedJob {
  name: string;
  isEnabled: boolean;
  /** How long it has been up, in seconds; since it has ended, for one that is down. */
  seconds: number;
  /** 0 for one that is down. */
  pid: number;
  /** The first word of its command. */
  command: string;
}

/**
 * The text of a report, which pmtr sends every 10 seconds.
 *
 * @param host the name of this machine
 * @param address of the interface through which it is sent, if one was chosen
 * @param jobs in their order, without those that run once
 * @returns a line for the machine and one for each job; what would not fit into a datagram is left out
 */
export function formatReportDatagram(
  host: string,
  address: string | null,
  jobs: readonly ReportedJob[],
): string {
  let text = `report ${oneWord(host)}${address === null ? '' : ` ${oneWord(address)}`}\n`;
  let size = Buffer.byteLength(text);
  for (const { name, isEnabled, seconds, pid, command } of jobs) {
    const up = Math.max(0, Math.floor(seconds));
    const line = `${oneWord(name)} ${isEnabled ? 'e' : 'd'} ${up} ${pid} ${command.replace(/[\r\n]/g, ' ')}\n`;
    size += Buffer.byteLength(line);
    if (size > MOST_SENT) break;
    text += line;
  }
  return text;
}

/** What UDP over IPv4 can carry. */
const MOST_SENT = 65_507;
/** More of a datagram pmtr does not read. */
const MOST_READ = 2000;

/** What a datagram asks for; one program can be named several times, and the last time counts. */
export interface Switch {
  verb: 'enable' | 'disable';
  name: string;
}

/**
 * Reads `enable a b disable c`, separated by single or several blanks.
 *
 * @param datagram as received
 * @returns the switches in their order, with any names; null for a datagram that begins with something else
 */
export function parseControlDatagram(datagram: Uint8Array): Switch[] | null {
  const text = Buffer.from(datagram.subarray(0, MOST_READ)).toString('latin1');
  let verb: Switch['verb'] | null = null;
  const switches: Switch[] = [];
  // Also without the newline of echo(1), which pmtr takes for a part of the name.
  for (const word of text.split(/[ \r\n\t\0]+/).filter(Boolean)) {
    if (word === 'enable' || word === 'disable') verb = word;
    else if (verb === null) return null;
    else switches.push({ verb, name: word });
  }
  return verb === null ? null : switches;
}

function oneWord(text: string): string {
  return text.replace(/\s/g, '-');
}
