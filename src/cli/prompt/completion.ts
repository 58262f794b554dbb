import { readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { Flavour } from '../../client/context';
import { helpTopics } from '../../commands/help/help';
import { commandNames, findCommand } from '../../commands/table';
import { options, settingOptions } from '../../settings/options';
import { promptWordsOf } from './commands';

/**
 * Completes a line of the prompt: commands and the words they accept.
 *
 * @param line up to the cursor
 * @param flavour determines the words that `show` and `status` accept
 * @param selectors with a fleet: what selects its programs
 * @returns the completions in order, and the end of the line that they replace
 */
export function completeLine(
  line: string,
  flavour: Flavour,
  selectors: readonly string[] | null = null,
): [string[], string] {
  const { earlier, fragment } = splitAtFragment(line);
  // A quoted word can be completed in more than one way.
  if (/['"]/.test(fragment)) return [[], fragment];
  const [command] = earlier.trim().split(/\s+/);
  const candidates = command
    ? wordsInFleet(command, fragment, flavour, selectors)
    : finish(commandWords(flavour));
  return [candidates.filter(candidate => candidate.startsWith(fragment)), fragment];
}

/** The last word begins after the last white space that no backslash escapes. */
function splitAtFragment(line: string): { earlier: string; fragment: string } {
  const fragment = /(?:\\.|[^\s\\])*\\?$/.exec(line)?.[0] ?? '';
  return { earlier: line.slice(0, line.length - fragment.length), fragment };
}

/** With a fleet, words select programs; a command that has a word of its own takes that as well. */
function wordsInFleet(
  command: string,
  fragment: string,
  flavour: Flavour,
  selectors: readonly string[] | null,
): string[] {
  const record = findCommand(command);
  const own = () => wordsFor(command, fragment, flavour);
  if (selectors === null || !record || record.needsNoFile || fragment.startsWith('-')) return own();
  return [...finish([...selectors]), ...(record.selects === 'second' ? own() : [])];
}

function wordsFor(command: string, fragment: string, flavour: Flavour): string[] {
  if (command === 'reload' && flavour === 'zdaemon')
    return fragment.startsWith('-') ? finish(flagWords()) : fileWords(fragment);
  if (command === 'shell' || command === '!') return fileWords(fragment, SHELL_SPECIAL);
  const { completes, zdaemonFlags, words } = findCommand(command) ?? {};
  if (words === 'program' && !fragment.startsWith('-')) return fileWords(fragment);
  if (fragment.startsWith('-') || completes === undefined)
    return finish(flavour === 'zdaemon' && zdaemonFlags ? zdaemonFlags : flagsOfCommand(command));
  switch (completes) {
    case 'topics':
      return finish(Object.keys({ ...helpTopics(flavour), ...promptWordsOf(flavour).topics }).sort());
    case 'signals':
      return finish(signalWords(fragment));
    case 'files':
      return fileWords(fragment);
    default:
      return finish([
        ...completes[flavour],
        ...(completes.settings && flavour === 'zd' ? settingWords() : []),
      ]);
  }
}

function settingWords(): string[] {
  return settingOptions.map(({ key }) => key).sort();
}

/** As the command declares them. */
function flagsOfCommand(command: string): string[] {
  const { listFlags } = require('../../commands/clipanion') as typeof import('../../commands/clipanion');
  return listFlags(command).flatMap(flag => (flag === '--follow' ? [flag, '--no-follow'] : flag));
}

function commandWords(flavour: Flavour): string[] {
  const names = [...commandNames.filter(name => name !== '?'), ...promptWordsOf(flavour).names];
  return [...new Set(names)].sort();
}

/** In the case of the fragment, and with SIG if the fragment begins with it. */
function signalWords(fragment: string): string[] {
  const upper = fragment.toUpperCase();
  const names = Object.keys(constants.signals)
    .map(name => (upper.startsWith('SIG') ? name : name.slice(3)))
    .filter(name => name.startsWith(upper));
  const inSmall = (name: string) => fragment + name.slice(fragment.length).toLowerCase();
  return (fragment === upper ? names : names.map(inSmall)).sort();
}

function flagWords(): string[] {
  return options.flatMap(({ long, key }) => (long === null || key === 'interactive' ? [] : `--${long}`));
}

/** What the prompt parses, and what a shell does: the name of a file must not become a command. */
const SPECIAL = /[ \t'"\\]/g;
const SHELL_SPECIAL = /[\s'"\\$`&|;<>()*?[\]{}!#^~]/g;

/** The entries of the folder that the fragment names, with a backslash before each special character. */
function fileWords(fragment: string, special = SPECIAL): string[] {
  const typed = fragment.replace(/\\(.)/gs, (both, one) => (one.search(special) < 0 ? both : one));
  const folder = typed.endsWith('/') ? typed : join(dirname(`${typed}x`), '/');
  const shown = typed.slice(0, typed.lastIndexOf('/') + 1);
  const wantsHidden = typed.slice(shown.length).startsWith('.');
  return list(folder)
    .filter(({ name }) => name.startsWith('.') === wantsHidden)
    .map(entry => {
      const word = (shown + entry.name).replace(special, '\\$&');
      return entry.isDirectory() ? `${word}/` : `${word} `;
    })
    .sort();
}

/** Omits names with control characters, which could attack the terminal. */
function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !/\p{Cc}/u.test(name));
  } catch {
    return [];
  }
}

/** A finished word is followed by a space. */
function finish(words: string[]): string[] {
  return words.map(word => `${word} `);
}
