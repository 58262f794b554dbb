import { describeLong, isTooLong } from '../system/run/exec-size';
import { findGroup, findOwner } from '../system/users';
import { quoteWords, splitWords, UnclosedQuote } from '../system/words';
import { quoteText, ValueFault } from './faults';
import { expandHome } from './home';

/** The textual form of an option's values. */
export interface ValueType<V> {
  /** The name for users: `whole number of seconds`. */
  name: string;
  /** All values that a completion offers, if there are few. */
  words?: readonly string[];
  /** Throws ValueFault; its message continues a sentence that starts with the option's key. */
  parse(text: string, env: NodeJS.ProcessEnv): V;
  /** Formats a value so that `parse` can read it back. */
  format(value: V): string;
  /** Whether a value from another process is valid, if `format` and `parse` are not enough to check it. */
  accepts?(value: unknown): boolean;
  /** Throws if the system does not know the user or group that the value names. */
  verify?(value: V): void;
}

/** On and off. Rejects 1 and 0, as ZConfig does, because they would hide a number set for the wrong key. */
export const onOff: ValueType<boolean> = {
  name: 'on or off',
  words: ['on', 'off'],
  parse(text) {
    const word = text.toLowerCase();
    if (['yes', 'true', 'on'].includes(word)) return true;
    if (['no', 'false', 'off'].includes(word)) return false;
    throw new ValueFault(`must be yes, true or on, or no, false or off, not ${quoteText(text)}`);
  },
  format: value => (value ? 'on' : 'off'),
};

export const fileMode: ValueType<number> = {
  name: 'octal number',
  parse(text) {
    const digits = /^(?:0o)?([0-7]+)$/i.exec(text)?.[1];
    const mode = digits === undefined ? Number.NaN : Number.parseInt(digits, 8);
    if (mode <= 0o777) return mode;
    throw new ValueFault(`must be an octal number from 0 to 777, not ${quoteText(text)}`);
  },
  format: value => value.toString(8).padStart(3, '0'),
};

/** The words of a command line; the list may be empty. */
export const words: ValueType<string[]> = {
  name: 'words, split and quoted as in a shell',
  parse(text) {
    try {
      return refuseLong(splitWords(text));
    } catch (error) {
      if (!(error instanceof UnclosedQuote)) throw error;
      const { quote, column } = error;
      throw new ValueFault(`has a ${quote} that is not closed; close it or write \\${quote}`, column);
    }
  },
  format: quoteWords,
};

/** The words of a command line, at least the command itself. */
export const command: ValueType<string[]> = {
  ...words,
  parse(text, env) {
    const parsed = words.parse(text, env);
    if (parsed.length === 0) throw new ValueFault('must be a command, not empty');
    return parsed;
  },
};

export const path: ValueType<string> = {
  name: 'path; a leading ~ or ~user is a home directory',
  parse(text, env) {
    if (text === '') throw new ValueFault('must be a path, not empty');
    return expandHome(text, env);
  },
  format: String,
};

/** What `stdin` is instead of a path when `zd send` writes to it. */
export const CONTROL = 'control';

/** A file of that name is `./control`. */
export const inputPath: ValueType<string> = { ...path, name: `${CONTROL}, or a ${path.name}` };

export const userName: ValueType<string> = {
  name: "user's name or number",
  parse(text) {
    if (text === '') throw new ValueFault("must be a user's name or number, not empty");
    return text;
  },
  format: String,
};

export const groupName: ValueType<string> = {
  name: "group's name or number",
  parse(text) {
    if (text === '') throw new ValueFault("must be a group's name or number, not empty");
    return text;
  },
  format: String,
  verify: findGroup,
};

export const ownerName: ValueType<string> = {
  name: 'user, user:group or :group, names or numbers',
  parse(text) {
    if (text === '') throw new ValueFault('must be a user, user:group or :group, not empty');
    return text;
  },
  format: String,
  verify: findOwner,
};

/** A name that needs no quotes anywhere. */
export const shortName: ValueType<string> = {
  name: 'up to 64 letters, digits, dots, dashes and underscores',
  parse(text) {
    if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/.test(text)) return text;
    throw new ValueFault(
      `must be up to 64 letters, digits, dots, dashes and underscores, without a dot or a dash in front, not ${quoteText(text)}`,
    );
  },
  format: String,
};

export const plainText: ValueType<string> = { name: 'text', parse: String, format: String };

function refuseLong(list: string[]): string[] {
  const size = Math.max(0, ...list.map(word => Buffer.byteLength(word)));
  if (!isTooLong(size)) return list;
  throw new ValueFault(describeLong('has a word that', size));
}
