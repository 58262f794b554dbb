import type { Understood } from './understood';

/*
 * Reads a service as systemd does: systemd.syntax(7) and systemd.service(5), written from their text. Texts are bytes in
 * latin1, so that the escape of a byte can be compared.
 */

const ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** @throws Error for what systemd would refuse or expand */
export function readService(text: string): Understood {
  const lines = readLines(text);
  const last = (key: string) => lines.filter(([name]) => name === key).at(-1)?.[1];
  const environment: Record<string, string> = {};
  for (const [key, value] of lines) {
    if (key !== 'Environment') continue;
    for (const word of splitWords(value)) {
      const pair = withoutSpecifiers(word);
      const at = pair.indexOf('=');
      environment[pair.slice(0, at)] = pair.slice(at + 1);
    }
  }
  const stop = last('TimeoutStopSec');
  return {
    words: readCommand(last('ExecStart') ?? ''),
    environment,
    stop: stop === 'infinity' ? null : Number(stop),
  };
}

/** The keys and values of all sections, in their order. */
export function readLines(text: string): [string, string][] {
  const whole = text.replace(/\\\n/g, ' ');
  return whole.split('\n').flatMap(line => {
    if (/^\s*([#;[]|$)/.test(line)) return [];
    const at = line.indexOf('=');
    if (at < 1) throw new Error(`not a line of a unit: ${line}`);
    return [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as [string, string]];
  });
}

function readCommand(value: string): string[] {
  const [first = '', ...others] = splitWords(value);
  if (!first.startsWith('/')) throw new Error(`no absolute path: ${first}`);
  const path = withoutSpecifiers(first);
  if (/["'\\$]|(?![\x80-\x9f])\p{Cc}/u.test(path)) throw new Error(`systemd refuses the path ${path}`);
  const words = [path, ...others.map(word => withoutVariables(withoutSpecifiers(word)))];
  const isByShell = words.slice(0, 3).join('\n') === '/bin/sh\n-c\nexec "$0" "$@"';
  return isByShell ? words.slice(3) : words;
}

function withoutSpecifiers(word: string): string {
  return word.replace(/%(.?)/gs, (_, next) => {
    if (next === '%') return '%';
    throw new Error(`systemd would expand %${next}`);
  });
}

function withoutVariables(word: string): string {
  return word.replace(/\$(.?)/gs, (_, next) => {
    if (next === '$') return '$';
    throw new Error(`systemd would expand $${next}`);
  });
}

function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote === '' && /\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (char === '\\') {
      const [, code, letter] = /^\\(?:x([0-9a-f]{2})|(.))/is.exec(text.slice(at)) ?? [];
      const value =
        code === undefined ? ESCAPES[letter ?? ''] : String.fromCharCode(Number.parseInt(code, 16));
      if (value === undefined) throw new Error(`unknown escape \\${letter}`);
      word = (word ?? '') + value;
      at += code === undefined ? 1 : 3;
    } else if (quote === char) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      word ??= '';
    } else word = (word ?? '') + char;
  }
  if (quote !== '') throw new Error('a quote is not closed');
  if (word !== null) words.push(word);
  return words;
}
