import type { Understood } from './understood';

type Value = string | number | boolean | Value[] | { [key: string]: Value };

/** What launchd runs. */
export function readJob(text: string): Understood {
  const job = readPlist(text) as Record<string, Value>;
  const stop = job.ExitTimeOut as number;
  return {
    words: job.ProgramArguments as string[],
    environment: job.EnvironmentVariables as Record<string, string>,
    stop: stop === 0 ? null : stop,
  };
}

/**
 * Reads a property list in XML, as far as zd writes it.
 *
 * @throws Error
 */
export function readPlist(text: string): Value {
  // Every reader of XML makes one newline of both.
  const body = text.replace(/\r\n?/g, '\n').replace(/<\?.*?\?>|<!DOCTYPE[^>]*>/gs, '');
  for (const [, comment = ''] of body.matchAll(/<!--(.*?)-->/gs))
    if (/--|-$/.test(comment)) throw new Error(`two dashes in a comment: ${comment}`);
  const tokens = body.replace(/<!--.*?-->/gs, '').match(/<[^>]*>|[^<]+/g) ?? [];
  let at = 0;
  const skip = () => {
    while (/^\s+$/.test(tokens[at] ?? '')) at += 1;
  };
  const take = (expected?: string) => {
    skip();
    const token = tokens[at] ?? '';
    if (expected !== undefined && token !== expected) throw new Error(`${token} instead of ${expected}`);
    at += 1;
    return token;
  };
  const peek = () => {
    skip();
    return tokens[at] ?? '';
  };
  const readText = (end: string) => {
    const raw = tokens[at] === end ? '' : (tokens[at++] ?? '');
    take(end);
    return unescapeXml(raw);
  };
  const read = (): Value => {
    const open = take();
    if (open === '<string>') return readText('</string>');
    if (open === '<integer>') return Number(readText('</integer>'));
    if (open === '<true/>' || open === '<false/>') return open === '<true/>';
    if (open === '<array>') {
      const list: Value[] = [];
      while (peek() !== '</array>') list.push(read());
      take();
      return list;
    }
    if (open !== '<dict>') throw new Error(`unknown ${open}`);
    const map: { [key: string]: Value } = {};
    while (peek() !== '</dict>') {
      take('<key>');
      const key = readText('</key>');
      map[key] = read();
    }
    take();
    return map;
  };
  take('<plist version="1.0">');
  const value = read();
  take('</plist>');
  return value;
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code, name) => {
    if (code !== undefined) return String.fromCharCode(Number(code));
    const char = ({ amp: '&', lt: '<', gt: '>' } as Record<string, string>)[name];
    if (char === undefined) throw new Error(`unknown ${whole}`);
    return char;
  });
}
