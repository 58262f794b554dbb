import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import * as assert from 'uvu/assert';
import { commandClasses } from '../../src/commands/clipanion';
import { suite } from '../runner/guard';
import { findBlocks } from './helpers/rst';
import { missingTool, root, tryBlocks } from './helpers/session';

const pages = suite('pages');
/** Reads all pages in one Python, and stops at the first warning; Pygments is not needed. */
const READ_PAGES = `
import os, sys
from docutils.core import publish_file
strict = {"report_level": 2, "halt_level": 2, "syntax_highlight": "none"}
for page in sys.argv[1:]:
    publish_file(source_path=page, destination_path=os.devnull, writer_name="html5", settings_overrides=strict)
`;
/** The words that run the Python of docutils; null without docutils. */
const python = findPython();
const tops = ['README.rst', 'CHANGES.rst', 'CONTRIBUTING.rst'];
const docs = readdirSync(join(root, 'docs')).filter(name => name.endsWith('.rst'));
const names = [...tops, ...docs.map(name => `docs/${name}`)];
const texts = new Map(names.map(name => [name, readFileSync(join(root, name), 'utf8')]));

for (const [name, text] of texts) {
  const blocks = findBlocks(text);
  if (name === 'README.rst' || !blocks.some(({ kind }) => kind === 'console')) continue;
  const missing = missingTool(blocks);
  const usable = blocks.filter(block => !missingTool([block]));
  pages.limit(240, `Every example of ${name} holds`, () => assert.equal(tryBlocks(usable, 'zd'), []));
  if (missing) pages.skipIf(missing, `The examples of ${name} that need other tools hold`, () => {});
}

pages('Every link to a file of the repository resolves', () => {
  const broken: string[] = [];
  for (const [name, text] of texts) {
    for (const target of linksOf(text)) {
      if (/^\w+:/.test(target)) continue;
      if (!existsSync(join(root, dirname(name), target))) broken.push(`${name}: ${target}`);
    }
  }
  assert.equal(broken, []);
});

pages('Every page can be reached from the README', () => {
  const reached = new Set(['README.rst']);
  for (const name of reached) {
    for (const target of linksOf(texts.get(name) ?? ''))
      reached.add(relative(root, join(root, dirname(name), target)));
  }
  assert.equal(
    names.filter(name => !reached.has(name)),
    [],
    'add the page to the list under "More" in README.rst',
  );
});

pages('Every underline is as long as its title', () => {
  const short: string[] = [];
  for (const [name, text] of texts) {
    const lines = text.split('\n');
    lines.forEach((line, at) => {
      const above = lines[at - 1] ?? '';
      if (!/^([=~-])\1{2,}$/.test(line) || above === '' || /^[=~ -]*$/.test(above)) return;
      if (above.length !== line.length && !line.includes(' ')) short.push(`${name}:${at + 1}`);
    });
  }
  assert.equal(short, []);
});

pages.skipIf(
  python === null && 'docutils is not installed',
  'docutils reads every page without a warning',
  () => {
    const [file = '', ...words] = python ?? [];
    const paths = names.map(name => join(root, name));
    const { status, stderr } = spawnSync(file, [...words, '-c', READ_PAGES, ...paths], { encoding: 'utf8' });
    assert.is(status, 0, stderr);
  },
);

pages('Every command has a section and its exit statuses', () => {
  const sections = texts.get('docs/commands.rst') ?? '';
  const statuses = texts.get('docs/exit-statuses.rst') ?? '';
  for (const { paths } of commandClasses) {
    const name = paths[0]?.[0] ?? '';
    assert.match(sections, `\n${name}\n${'-'.repeat(name.length)}\n`);
    assert.match(statuses, `\n\`\`${name}\`\` `);
  }
});

pages('The table of the status object has every field of the object', () => {
  const text = texts.get('docs/protocol.rst') ?? '';
  const object = text.slice(text.indexOf('    {\n      "schema"'), text.indexOf('\n    }\n'));
  const fields = [...object.matchAll(/^ {6}"(\w+)":/gm)].map(match => match[1]);
  assert.ok(fields.length > 10);
  const rows = [...text.matchAll(/^``(\w+)`` {2,}/gm)].map(match => match[1]);
  assert.equal(
    fields.filter(field => !rows.includes(field)),
    [],
  );
});

function findPython(): string[] | null {
  const { status, stdout } = spawnSync('sh', ['-c', 'head -n 1 "$(command -v rst2html5)"'], {
    encoding: 'utf8',
  });
  return status === 0 && stdout.startsWith('#!') ? stdout.slice(2).trim().split(' ') : null;
}

/** The targets of the links of a page. */
function linksOf(text: string): string[] {
  const inline = [...text.matchAll(/`[^`<]+<([^>`]+)>`__?/g)];
  const named = [...text.matchAll(/^\.\. _[^:]+: (\S+)$/gm)];
  const directives = [...text.matchAll(/^\.\. (?:include|literalinclude|image):: (\S+)$/gm)];
  return [...inline, ...named, ...directives].map(match => match[1]!.replace(/#.*$/, '')).filter(Boolean);
}

pages.run();
