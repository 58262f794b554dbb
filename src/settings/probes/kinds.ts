import { isIPv6 } from 'node:net';
import { describeLong, isTooLong } from '../../system/run/exec-size';
import type { Word } from '../../system/words';
import { quoteText, ValueFault } from '../faults';
import { expandHome } from '../home';
import { findPatternFault } from './pattern';
import type { Probe, ProbeKind } from './probe';

/** What follows the name of a kind, up to the next `and`. */
export interface ProbeWords {
  kind: ProbeKind;
  words: readonly Word[];
  env: NodeJS.ProcessEnv;
  /** Throws a fault at an index of the text, or at the kind. */
  fail(message: string, index?: number): never;
}

const HIGHEST_PORT = 65_535;
const FIRST_FD = 3;
const LAST_FD = 9;
const SCHEMES = ['http:', 'https:', 'https+insecure:'];

/** @throws ValueFault by way of `fail` */
export function readProbe(given: ProbeWords): Probe {
  return readers[given.kind](given);
}

const readers: { [Kind in ProbeKind]: (given: ProbeWords) => Probe } = {
  port: given => readPort(takeOne(given, '8080 or db.lan:5432'), given.fail),
  socket: given => ({ kind: 'socket', path: readPath(given, 'run/app.sock') }),
  file: given => ({ kind: 'file', path: readPath(given, 'run/app.ready') }),
  http: given => readUrl(takeOne(given, 'http://127.0.0.1:8080/'), given.fail),
  output: given => readPattern(given),
  fd: given => readFd(takeOne(given, '3'), given.fail),
  notify: given => {
    const [extra] = given.words;
    if (extra) given.fail(`has ${quoteText(extra.value)} after notify, which has nothing after it`, extra.at);
    return { kind: 'notify' };
  },
  command: given => readCommand(given),
};

function takeOne({ kind, words, fail }: ProbeWords, example: string): Word {
  const [word, extra] = words;
  if (word === undefined) return fail(`has nothing after ${kind}; write ${kind} ${example}`);
  if (extra)
    fail(
      `has ${quoteText(extra.value)} after ${quoteText(`${kind} ${word.value}`)}; write 'and' between two probes, or quote the blank`,
      extra.at,
    );
  return word;
}

function readPort({ value, at }: Word, fail: ProbeWords['fail']): Probe {
  const { host = null, digits } = splitAddress(value);
  if (digits === undefined || host === '')
    return fail(`must name a port such as 8080, db.lan:5432 or [::1]:80, not ${quoteText(value)}`, at);
  const port = Number(digits);
  if (port < 1 || port > HIGHEST_PORT) fail(`must have a port from 1 to ${HIGHEST_PORT}, not ${digits}`, at);
  return { kind: 'port', host, port };
}

function splitAddress(value: string): { host?: string; digits?: string } {
  const [, bracketed, named, digits] = /^(?:\[([^\]]*)\]:|([^:[\]/@]*):)?(\d{1,9})$/.exec(value) ?? [];
  if (bracketed !== undefined && !isIPv6(bracketed.replace(/%\w+$/, ''))) return {};
  const host = bracketed ?? named;
  return { ...(host === undefined ? {} : { host }), ...(digits === undefined ? {} : { digits }) };
}

function readPath(given: ProbeWords, example: string): string {
  const { value, at } = takeOne(given, example);
  if (value === '') given.fail(`must have a path after ${given.kind}, not an empty word`, at);
  try {
    return expandHome(value, given.env);
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    return given.fail(`has a path that ${error.message}`, at);
  }
}

function readUrl({ value, at }: Word, fail: ProbeWords['fail']): Probe {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(value)?.[0].toLowerCase();
  if (scheme === undefined || !value.slice(scheme.length).startsWith('//'))
    return fail(`must have a URL such as http://127.0.0.1:8080/health, not ${quoteText(value)}`, at);
  if (!SCHEMES.includes(scheme))
    fail(`must have a URL with http://, https:// or https+insecure://, not ${quoteText(value)}`, at);
  try {
    // The parser has special rules for the schemes that it knows.
    new URL(value.replace(/^https\+insecure:/i, 'https:'));
  } catch {
    const port = /^[^/]*\/\/[^/?#]*:(\d+)(?:[/?#]|$)/.exec(value)?.[1];
    if (Number(port) > HIGHEST_PORT) fail(`must have a port from 1 to ${HIGHEST_PORT}, not ${port}`, at);
    fail(`has a URL that cannot be read, ${quoteText(value)}`, at);
  }
  return { kind: 'http', url: value };
}

/** Words without quotes are joined by a blank, as they most likely are in the output. */
function readPattern({ words, fail }: ProbeWords): Probe {
  if (words.length === 0) return fail(`has nothing after output; write output 'listening on'`);
  const places = words.flatMap(({ value, places }) => places.slice(0, value.length + 1));
  const pattern = words.map(({ value }) => value).join(' ');
  if (pattern === '') fail('must have a regular expression after output, not an empty word', words[0]!.at);
  const fault = findPatternFault(pattern);
  if (fault) fail(`has a regular expression that is wrong here: ${fault.reason}`, places[fault.index]);
  return { kind: 'output', pattern };
}

function readFd({ value, at }: Word, fail: ProbeWords['fail']): Probe {
  const fd = /^\d$/.test(value) ? Number(value) : Number.NaN;
  if (fd >= FIRST_FD && fd <= LAST_FD) return { kind: 'fd', fd };
  return fail(`must have a descriptor from ${FIRST_FD} to ${LAST_FD} after fd, not ${quoteText(value)}`, at);
}

function readCommand({ words, fail }: ProbeWords): Probe {
  const [first] = words;
  if (first === undefined || first.value === '')
    return fail('has no command after command; write command test -e run/ready', first?.at);
  for (const { value, at } of words) {
    const size = Buffer.byteLength(value);
    if (isTooLong(size)) fail(describeLong('has a word that', size), at);
  }
  return { kind: 'command', words: words.map(({ value }) => value) };
}
