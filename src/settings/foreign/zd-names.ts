/**
 * Gives each program of another system a name that zd can use, and that no other has, not even in other case.
 *
 * @param written the names in the order of the file
 * @returns the names in the same order: `-` for what zd cannot use, `-2` and so on for doubles
 */
export function giveNames(written: readonly string[]): string[] {
  const plain = written.map(toName);
  // A name that needs no change keeps it, whatever comes before it.
  const kept = new Set(plain.filter((name, index) => name === written[index]).map(fold));
  const used = new Set<string>();
  return plain.map((name, index) => {
    const isOwn = name === written[index] && !used.has(fold(name));
    const given = isOwn ? name : findFree(name, one => used.has(one) || kept.has(one));
    used.add(fold(given));
    return given;
  });
}

const LONGEST = 64;

function toName(text: string): string {
  const name = text
    .replace(/[^A-Za-z0-9._-]/gu, '-')
    .replace(/^[.-]+/, '')
    .slice(0, LONGEST);
  return name === '' ? 'program' : name;
}

function findFree(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(fold(name))) return name;
  for (let number = 2; ; number += 1) {
    const tail = `-${number}`;
    const next = name.slice(0, LONGEST - tail.length) + tail;
    if (!isTaken(fold(next))) return next;
  }
}

function fold(name: string): string {
  return name.toLowerCase();
}
