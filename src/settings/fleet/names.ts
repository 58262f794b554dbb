import { errorAt, quoteText } from '../faults';

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;

/** Whether a program can be called so. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/**
 * Refuses a name that cannot be one.
 *
 * @param text as written
 * @param origin where
 * @throws UsageError
 */
export function checkName(text: string, origin: string): void {
  if (isName(text)) return;
  throw errorAt(
    origin,
    `${quoteText(text)} cannot be the name of a program; use up to 64 letters, digits, dots, dashes and underscores, without a dot or a dash in front`,
  );
}

/**
 * Changes a foreign name into one that zd can use: `-` for other characters, and a number where it is taken.
 *
 * @param text as written there
 * @param taken the names before it, in lower case
 */
export function makeName(text: string, taken: ReadonlySet<string>): string {
  const base =
    text
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 60) || 'program';
  let name = base;
  for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${base}-${number}`;
  return name;
}

/**
 * Names that differ by case only are one file on some systems.
 *
 * @returns for each name that is not the first of its kind, the first one
 */
export function findDoubles(names: readonly string[]): Map<number, string> {
  const first = new Map<string, string>();
  const doubles = new Map<number, string>();
  for (const [at, name] of names.entries()) {
    const earlier = first.get(name.toLowerCase());
    if (earlier === undefined) first.set(name.toLowerCase(), name);
    else doubles.set(at, earlier);
  }
  return doubles;
}
