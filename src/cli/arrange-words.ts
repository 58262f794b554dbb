import type { Flavour } from '../client/context';
import { splitText } from '../commands/send/split-text';
import { PLACES } from '../commands/suggest';
import { type CommandRecord, findCommand } from '../commands/table';
import { type Arguments, parseArguments, takeOptions } from '../settings/argv';
import type { Option } from '../settings/options';
import { UsageError } from '../system/errors';

/** Options about the output, which no command has as words. */
const MANNERS = ['json', 'quiet'];
/** Options that zdaemon does not have. */
const OWN = [...MANNERS, 'daemon-name', 'format', 'run-it', 'variant', 'jobs'];

/**
 * Splits a command line. Called as `zd`, options after a command without words of its own count as if they were in front
 * of it.
 *
 * @param argv the words after the name of the binary
 * @throws UsageError
 */
export function readCommandLine(argv: readonly string[], flavour: Flavour): Arguments {
  const parsed = parseArguments(argv);
  if (flavour === 'zdaemon') {
    const own = OWN.map(key => parsed.flags.get(key)).find(flag => flag !== undefined);
    if (own) throw new UsageError(`option ${own.written} not recognized`);
    return parsed;
  }
  const { command, words } = parsed;
  const record = command === null ? null : findCommand(command);
  if (!command || !record || record.words === 'program' || !words.some(word => word.startsWith('-')))
    return parsed;
  const ownFlags = listFlags(record.name);
  const isMeant = ({ key }: Option, flag: string) =>
    key !== 'help' &&
    key !== 'version' &&
    !ownFlags.includes(flag) &&
    (!record.words || MANNERS.includes(key));
  const { taken, rest } = takeFront(record, words, isMeant);
  const front = argv.slice(0, argv.length - words.length - 1);
  return parseArguments([...taken, ...front, command, ...rest]);
}

/**
 * Takes `--json` and `-q` from the words after a command at the prompt, which has no options in front.
 *
 * @returns which of them are there, and the other words
 */
export function takeManners(command: string, words: readonly string[]) {
  const record = findCommand(command);
  // The objects of `status` are its own, and so are those that come one after another.
  const isOwn = record?.name === 'status' || record?.streams === true;
  const hasNone = !record || record.words === 'program' || isOwn;
  const { taken, rest } = hasNone
    ? { taken: [], rest: [...words] }
    : takeFront(record, words, ({ key }: Option) => MANNERS.includes(key));
  return { json: taken.includes('--json'), quiet: taken.some(flag => flag !== '--json'), words: rest };
}

/**
 * Takes `--json` and `-q` from the words after a command for many programs: words for a program follow `--`.
 *
 * @returns which of them are there, and the other words
 */
export function takeMannersOfMany(command: string, words: readonly string[]) {
  if (findCommand(command)?.words !== 'program') return { json: false, quiet: false, words };
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  const { taken, rest } = takeOptions([...own], ({ key }: Option) => MANNERS.includes(key));
  return {
    json: taken.includes('--json'),
    quiet: taken.some(flag => flag !== '--json'),
    words: [...rest, ...words.slice(own.length)],
  };
}

/** What a text contains is not an option. */
function takeFront(
  { words: kind }: CommandRecord,
  words: readonly string[],
  isMeant: (option: Option, flag: string) => boolean,
): { taken: string[]; rest: string[] } {
  const { length } = kind === 'text' ? splitText(words).options : words;
  const { taken, rest } = takeOptions(words.slice(0, length), isMeant);
  return { taken, rest: [...rest, ...words.slice(length)] };
}

/** Whether a command line names a daemon. */
export function namesDaemon({ flags }: Arguments): boolean {
  return PLACES.some(key => flags.has(key));
}

/** The parser of words is loaded for a command with words in any case. */
function listFlags(command: string): string[] {
  return (require('../commands/clipanion') as typeof import('../commands/clipanion')).listFlags(command);
}
