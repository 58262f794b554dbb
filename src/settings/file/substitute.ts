import { errorAt, quoteText } from '../faults';
import { columnOfTail, type Line } from './source';

/** What `$` can stand for in a ZConfig file. */
export interface Replacements {
  /** From `%define`, by name in lower case. */
  definitions: Map<string, string>;
  env: NodeJS.ProcessEnv;
}

/**
 * Replaces `$name`, `${name}`, `$(VARIABLE)` and `$$` (zdaemon's behaviour: ZConfig).
 *
 * @param text the tail of a line
 * @param line where it stands
 * @param replacements definitions and environment
 * @returns the text with everything replaced
 * @throws UsageError with line and column when a name is not defined or a `$` has no name
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
      throw errorAt(
        place(),
        `the value gets longer than ${LONGEST_VALUE} characters; shorten the definitions`,
      );
    }
    done = at + written.length;
  }
  return result + text.slice(done);
}

/** A name that %define accepts. */
export const DEFINED_NAME = /^[a-z_][a-z0-9_]*$/i;

/** Linux passes no longer argument or variable to a program; definitions that double each other end here. */
const LONGEST_VALUE = 131_072;

const REPLACEMENT = /\$(?:\$|([a-z_]\w*)|\{([a-z_]\w*)\}|\(([a-z_]\w*)\))/iy;

function matchAt(text: string, at: number): (string | undefined)[] {
  REPLACEMENT.lastIndex = at;
  return REPLACEMENT.exec(text) ?? [];
}

interface Wanted {
  /** Of a definition. */
  name: string | undefined;
  /** Of an environment variable. */
  variable: string | undefined;
  /** Counted only for a fault. */
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
    throw errorAt(
      place(),
      `nothing defines ${quoteText(name)}; add '%define ${name} VALUE' above, or write $$ for the character $`,
    );
  }
  return value;
}
