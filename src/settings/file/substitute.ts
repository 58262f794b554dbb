import { errorAt, quoteText } from '../faults';
import { columnOfTail, type Line } from './source';

/** The replacements for `$` in a ZConfig file. */
export interface Replacements {
  /** From `%define`, by name in lower case. */
  definitions: Map<string, string>;
  env: NodeJS.ProcessEnv;
}

/**
 * Replaces `$name`, `${name}`, `$(VARIABLE)` and `$$`, as ZConfig does for zdaemon.
 *
 * @param text the tail of a line
 * @param line the line of the text
 * @param replacements definitions and environment
 * @returns the text with everything replaced
 * @throws UsageError with line and column if a name is not defined or a `$` has no name
 */
export function substitute(text: string, line: Line, replacements: Replacements): string {
  let result = '';
  let done = 0;
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', done)) {
    const [written, name, braced, variable] = matchAt(text, at);
    const place = () => `${line.origin}:${columnOfTail(line.raw, text.slice(at))}`;
    if (written === undefined) {
      throw errorAt(place(), "there is a '$' without a name; write $$ for the character, or $name");
    }
    result += text.slice(done, at) + replacementOf({ name: name ?? braced, variable, place, replacements });
    if (result.length > LONGEST_VALUE) {
      throw errorAt(place(), `the value is longer than ${LONGEST_VALUE} characters; shorten the definitions`);
    }
    done = at + written.length;
  }
  return result + text.slice(done);
}

/** A name that %define accepts. */
export const DEFINED_NAME = /^[a-z_][a-z0-9_]*$/i;

/** The longest argument or variable that Linux allows. Definitions that double each other also stop here. */
const LONGEST_VALUE = 131_072;

const REPLACEMENT = /\$(?:\$|([a-z_]\w*)|\{([a-z_]\w*)\}|\(([a-z_]\w*)\))/iy;

function matchAt(text: string, at: number): (string | undefined)[] {
  REPLACEMENT.lastIndex = at;
  return REPLACEMENT.exec(text) ?? [];
}

interface Wanted {
  /** The name of a definition. */
  name: string | undefined;
  /** The name of an environment variable. */
  variable: string | undefined;
  /** Computed only for an error. */
  place: () => string;
  replacements: Replacements;
}

function replacementOf({ name, variable, place, replacements }: Wanted): string {
  if (variable !== undefined) {
    const value = Object.hasOwn(replacements.env, variable) ? replacements.env[variable] : undefined;
    if (value === undefined)
      throw errorAt(place(), `the environment variable ${quoteText(variable)} is not set; set it`);
    return value;
  }
  if (name === undefined) return '$';
  const value = replacements.definitions.get(name.toLowerCase());
  if (value === undefined) {
    const advice = Object.hasOwn(replacements.env, name)
      ? `write $(${name}) for the environment variable, $$${name} to leave it to a shell`
      : `add '%define ${name} VALUE' above, or write $$ for the character $`;
    throw errorAt(place(), `${quoteText(name)} is not defined; ${advice}`);
  }
  return value;
}
