/** A command in an example of a page, and its output according to the page. */
export interface Example {
  /** One-based. */
  line: number;
  /** Without the `$ `; a command of several lines keeps its newlines. */
  command: string;
  expected: string[];
}

/** The testable parts of a page, in order. */
export type Block =
  | { kind: 'file'; line: number; name: string; text: string }
  | { kind: 'console'; line: number; onlyZd: boolean; needs: string[]; examples: Example[] };

/**
 * Finds the literal blocks of a reStructuredText page that a test can use. A comment before a block sets options:
 *
 * - `.. file: app.conf` – the block is the content of that file
 * - `.. only: zd` – the output differs when called as zdaemon
 * - `.. needs: python3` – a command that must be installed
 *
 * A block whose first line starts with `$ ` is a console; `> ` continues a command; the lines after it are its output.
 *
 * @param text of the page
 */
export function findBlocks(text: string): Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  let marks: Record<string, string> = {};
  for (let at = 0; at < lines.length; at++) {
    const mark = /^\.\. (file|only|needs): (.+)$/.exec(lines[at]!);
    if (mark) marks[mark[1]!] = mark[2]!;
    if (!startsLiteral(lines[at]!)) continue;
    const { first, body } = readIndented(lines, at + 1);
    at = first + body.length - 1;
    if (body[0]?.startsWith('$ ')) blocks.push(readConsole(first + 1, body, marks));
    else if (marks.file) {
      blocks.push({ kind: 'file', line: first + 1, name: marks.file, text: `${body.join('\n')}\n` });
    }
    marks = {};
  }
  return blocks;
}

/** The literal blocks of a page, each as one text. */
export function readLiterals(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) =>
    startsLiteral(line) ? [readIndented(lines, at + 1).body.join('\n')] : [],
  );
}

/**
 * The rows of the first table after a text, without its header; the lines of a cell are joined.
 *
 * @throws if the page does not contain the text, or no table after it
 */
export function tableAfter(text: string, before: string): string[][] {
  const at = text.indexOf(before);
  const lines = text.slice(at).split('\n');
  const first = lines.findIndex(line => /^=+( +=+)+$/.test(line));
  if (at < 0 || first < 0) throw new Error(`no table after '${before}'`);
  const border = lines[first] ?? '';
  const starts = [...border.matchAll(/=+/g)].map(match => match.index);
  const top = lines.indexOf(border, first + 1);
  const rows: string[][] = [];
  for (const line of lines.slice(top + 1, lines.indexOf(border, top + 1))) {
    const cells = starts.map((start, index) => line.slice(start, starts[index + 1]).trim());
    const last = rows.at(-1);
    if (cells[0] !== '' || !last) rows.push(cells);
    else last.splice(0, last.length, ...last.map((cell, index) => `${cell} ${cells[index]}`.trim()));
  }
  return rows;
}

function startsLiteral(line: string): boolean {
  return /^\.\. code-block::/.test(line) || (/::$/.test(line) && !line.startsWith('..'));
}

/** The indented lines from `start` on, dedented, without leading and trailing empty lines. */
function readIndented(lines: readonly string[], start: number): { first: number; body: string[] } {
  let end = start;
  while (end < lines.length && (lines[end] === '' || lines[end]!.startsWith(' '))) end++;
  let first = start;
  while (first < end && (lines[first] === '' || /^ +:\w+:/.test(lines[first]!))) first++;
  while (end > first && lines[end - 1] === '') end--;
  const body = lines.slice(first, end);
  const indent = Math.min(...body.filter(Boolean).map(line => line.length - line.trimStart().length));
  return { first, body: body.map(line => line.slice(indent)) };
}

function readConsole(line: number, body: readonly string[], marks: Record<string, string>): Block {
  const examples: Example[] = [];
  body.forEach((text, offset) => {
    const last = examples.at(-1);
    if (text.startsWith('$ ')) examples.push({ line: line + offset, command: text.slice(2), expected: [] });
    else if (text.startsWith('> ') && last?.expected.length === 0) last.command += `\n${text.slice(2)}`;
    else last?.expected.push(text);
  });
  const needs = marks.needs?.split(' ') ?? [];
  return { kind: 'console', line, onlyZd: marks.only === 'zd', needs, examples };
}
