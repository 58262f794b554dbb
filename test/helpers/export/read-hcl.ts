import type { Understood } from './understood';

/** What Nomad runs. */
export function readNomadJob(text: string): Understood {
  const lines = text.split('\n');
  const textOf = (key: string) => {
    const line = lines.find(one => one.trim().startsWith(`${key} = `)) ?? '';
    return line.slice(line.indexOf(' = ') + 3);
  };
  const list = textOf('args');
  const words = [readString(textOf('command')), ...(list === '' ? [] : readStrings(list.slice(1, -1)))];
  const environment: Record<string, string> = {};
  const from = lines.findIndex(line => line.trim() === 'env = {');
  for (const line of from < 0 ? [] : lines.slice(from + 1)) {
    if (line.trim() === '}') break;
    const [key = '', value = ''] = readStrings(line.trim());
    environment[key] = value;
  }
  const stop = Number(readString(textOf('kill_timeout')).replace(/s$/, ''));
  return { words, environment, stop: stop === 31_536_000 ? null : stop };
}

/** All strings of a line. */
function readStrings(text: string): string[] {
  return (text.match(/"(?:[^"\\]|\\.)*"/g) ?? []).map(readString);
}

/**
 * A string of HCL: escapes, and the two marks of templates.
 *
 * @throws Error for a template, and for an escape that HCL does not have
 */
function readString(quoted: string): string {
  if (!/^".*"$/.test(quoted)) throw new Error(`no string: ${quoted}`);
  return quoted
    .slice(1, -1)
    .replace(/\\u([0-9a-f]{4})|\\(.)|([$%])\3\{|([$%])\{/g, (whole, code, char, twice, once) => {
      if (once !== undefined) throw new Error(`a template: ${quoted}`);
      if (twice !== undefined) return `${twice}{`;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      const value = ({ n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' } as Record<string, string>)[char];
      if (value === undefined) throw new Error(`unknown escape ${whole}`);
      return value;
    });
}
