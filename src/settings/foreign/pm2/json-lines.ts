import JSON5 from 'json5';

/** The keys on the way to a value. */
export type Path = readonly (string | number)[];

/** The first and the last line of a member, from 1. */
export interface Lines {
  first: number;
  last: number;
}

/** @returns the name of a path in a map */
export function nameOfPath(path: Path): string {
  return JSON.stringify(path);
}

interface Frame {
  isObject: boolean;
  path: Path;
  index: number;
  key: string | null;
  first: number;
}

/**
 * Finds the lines of all members of a JSON5 text, which the parser does not tell.
 *
 * @param text that JSON5 accepts
 * @returns the lines by the name of the path, and those on which there is more than comments
 * @throws RangeError for more levels than any file has
 */
export function findLines(text: string): { members: Map<string, Lines>; content: Set<number> } {
  const members = new Map<string, Lines>();
  const content = new Set<number>();
  const frames: Frame[] = [];
  let line = 1;
  let last = 1;
  const finish = () => {
    const frame = frames.at(-1);
    if (!frame || frame.first === 0) return;
    members.set(nameOfPath(pathIn(frame)), { first: frame.first, last });
    frame.first = 0;
    frame.key = null;
  };
  for (const [token] of text.matchAll(TOKEN)) {
    const isContent = !/^(\s|\/[/*])/.test(token);
    const frame = frames.at(-1);
    if (isContent) content.add(line);
    if (token === ',') {
      finish();
      if (frame) frame.index += 1;
    } else if (token === '}' || token === ']') {
      finish();
      frames.pop();
      last = line;
    } else if (isContent && token !== ':') {
      if (frame && frame.first === 0) {
        frame.first = line;
        if (frame.isObject) frame.key = readKey(token);
      }
      const path = frame ? pathIn(frame) : [];
      if (frames.length > DEEPEST) throw new RangeError('nested too deep');
      if (token === '{' || token === '[')
        frames.push({ isObject: token === '{', path, index: 0, key: null, first: 0 });
      last = line + countLines(token);
    }
    line += countLines(token);
  }
  return { members, content };
}

/** No file of pm2 has more than five levels. */
export const DEEPEST = 100;

const TOKEN =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|[{}[\],:]|[^\s{}[\],:"']+/g;

function pathIn({ isObject, path, index, key }: Frame): Path {
  return [...path, isObject ? (key ?? '') : index];
}

function readKey(token: string): string {
  if (!/^["']/.test(token) && !token.includes('\\')) return token;
  return Object.keys(JSON5.parse(`{${token}:0}`) as object)[0] ?? token;
}

function countLines(token: string): number {
  return token.split('\n').length - 1;
}
