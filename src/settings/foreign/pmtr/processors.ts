/**
 * Reads pmtr's `cpu`: a mask such as 0x1d, or a list such as 0,2-4.
 *
 * @returns the numbers of the processors, or null for what pmtr refuses
 */
export function readProcessors(text: string): number[] | null {
  if (text.startsWith('0x')) return readMask(text.slice(2));
  const found = new Set<number>();
  for (const item of text.split(',')) {
    const [, from, to] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(item) ?? [];
    if (from === undefined) return null;
    // A range of one processor is none for pmtr.
    if (to !== undefined && Number(to) <= Number(from)) return null;
    for (let one = Number(from); one <= Number(to ?? from); one += 1) found.add(one);
  }
  return [...found];
}

function readMask(digits: string): number[] | null {
  if (!/^[0-9a-f]{1,256}$/i.test(digits)) return null;
  const bits = [...digits].reverse().map(digit => Number.parseInt(digit, 16));
  return bits.flatMap((nibble, index) =>
    [0, 1, 2, 3].filter(bit => (nibble >> bit) % 2 === 1).map(bit => index * 4 + bit),
  );
}
