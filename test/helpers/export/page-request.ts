import type { ExportRequest } from '../../../src/commands/export/types';
import { configure, program, request } from './request';

type Section = Record<string, string>;

/**
 * The request for a configuration in INI with absolute paths, as a page shows it: of one program with a section `runner`,
 * or of many.
 *
 * @param text of the file
 * @param words the flags of `export`: `--direct`, `--image IMAGE`, `--under up`
 */
export function requestForPage(text: string, words: readonly string[]): ExportRequest {
  const sections = readSections(text);
  const names = [...sections.keys()].filter(name => name.startsWith('program:')).map(name => name.slice(8));
  const after = (flag: string) => (words.includes(flag) ? (words[words.indexOf(flag) + 1] ?? null) : null);
  const given = {
    isDirect: words.includes('--direct'),
    image: after('--image'),
    under: after('--under') as ExportRequest['under'],
  };
  if (names.length === 0) {
    const { runner = {}, environment = {} } = Object.fromEntries(sections);
    return request([program('web', configure(runner, environment))], given);
  }
  const programs = names.map(name =>
    program(name, configure(sections.get(`program:${name}`) ?? {}, sections.get(`environment:${name}`))),
  );
  for (const { configuration } of programs) configuration.folder = '/srv/shop';
  return request(programs, { ...given, fleet: 'shop', file: '/srv/shop/shop.conf' });
}

function readSections(text: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  let section: Section = {};
  for (const line of text.split('\n')) {
    const [, title, key, value] = /^\s*(?:\[(.+)\]|(\S+) = (.*))$/.exec(line) ?? [];
    if (title !== undefined) {
      section = {};
      sections.set(title, section);
    } else if (key !== undefined) section[key] = value ?? '';
  }
  return sections;
}
