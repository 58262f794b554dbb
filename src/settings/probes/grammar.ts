import { askFor, nearestName } from '../../system/text/nearest';
import { quoteWords, readWords, UnclosedQuote, type Word } from '../../system/words';
import { columnOf, quoteText, ValueFault } from '../faults';
import { readProbe } from './kinds';
import { listKinds, PROBE_KINDS, type Probe, type ProbeKind } from './probe';

/** More than anyone waits for; each costs a try. */
const MOST = 16;
const AND = 'and';

/**
 * Parses the value of a setting: `port 8080 and file run/ready`.
 *
 * @param text split into words like a command; a bare `and` separates two probes
 * @param env for `~` in paths
 * @param excluded kinds that make no sense for this setting, with the reason
 * @returns the probes in their order, at least one
 * @throws ValueFault with the column of the word that is wrong
 */
export function parseProbes(
  text: string,
  env: NodeJS.ProcessEnv,
  excluded: Partial<Record<ProbeKind, string>> = {},
): Probe[] {
  const parts = separate(readAll(text), text);
  if (parts.length > MOST) throw new ValueFault(`has ${parts.length} probes, but ${MOST} is the limit`);
  return parts.map(([first, ...rest]) => {
    const kind = first.value as ProbeKind;
    const fail = (message: string, index = first.at): never => {
      throw new ValueFault(message, columnOf(text, index));
    };
    if (!PROBE_KINDS.includes(kind)) fail(describeUnknown(first.value));
    if (excluded[kind] !== undefined)
      fail(
        `cannot be ${kind}: ${excluded[kind]}; use ${listKinds(PROBE_KINDS.filter(one => !(one in excluded)))}`,
      );
    return readProbe({ kind, words: rest, env, fail });
  });
}

/**
 * Formats probes so that `parseProbes` reads the same ones.
 *
 * @param probes as `parseProbes` returned them
 */
export function formatProbes(probes: readonly Probe[]): string {
  return probes.map(formatProbe).join(` ${AND} `);
}

/** One probe, as it is named in messages. */
export function formatProbe(probe: Probe): string {
  switch (probe.kind) {
    case 'port':
      return `port ${formatAddress(probe)}`;
    case 'socket':
    case 'file':
      return `${probe.kind} ${quoteAll([probe.path])}`;
    case 'http':
      return `http ${quoteAll([probe.url])}`;
    case 'output':
      return `output ${quoteAll([probe.pattern])}`;
    case 'fd':
      return `fd ${probe.fd}`;
    case 'notify':
      return 'notify';
    case 'command':
      return `command ${quoteAll(probe.words)}`;
  }
}

function formatAddress({ host, port }: { host: string | null; port: number }): string {
  if (host === null) return String(port);
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** An `and` of a command is not the one between two probes. */
function quoteAll(words: readonly string[]): string {
  return words.map(word => (word === AND ? `'${AND}'` : quoteWords([word]))).join(' ');
}

type Part = [first: Word, ...rest: Word[]];

function separate(words: Word[], text: string): Part[] {
  const parts: Word[][] = [[]];
  for (const word of words) {
    const isBetween = word.isBare && word.value === AND;
    if (!isBetween) parts.at(-1)!.push(word);
    else if (parts.at(-1)!.length === 0)
      throw new ValueFault(`has no probe before 'and'; write one on each side`, columnOf(text, word.at));
    else parts.push([]);
  }
  if (words.length === 0) throw new ValueFault(`must be a probe such as port 8080, not empty`);
  if (parts.at(-1)!.length === 0)
    throw new ValueFault(`has no probe after 'and'; write one on each side`, columnOf(text, text.length));
  return parts as Part[];
}

function readAll(text: string): Word[] {
  try {
    return readWords(text);
  } catch (error) {
    if (!(error instanceof UnclosedQuote)) throw error;
    const { quote, column } = error;
    throw new ValueFault(`has a ${quote} that is not closed; close it or write \\${quote}`, column);
  }
}

function describeUnknown(word: string): string {
  const near = nearestName(word, PROBE_KINDS);
  const url = /^https?:/i.test(word) ? `; write http ${word}` : '';
  const advice =
    near === null ? url || `; a probe begins with ${listKinds(PROBE_KINDS)}` : `; ${askFor(word, near)}`;
  return `has an unknown kind of probe, ${quoteText(word)}${advice}`;
}
