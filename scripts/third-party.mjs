// Collects the licences of the bundled packages, for the file that is shipped with the bundles.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Collects names, versions and licence texts.
 *
 * @param inputs paths of bundled files below `root`, as in esbuild's metafile
 * @param root the folder with node_modules
 * @returns the text of the file
 * @throws Error naming a package without a licence text
 */
export function describeThirdParty(inputs, root) {
  const names = inputs.flatMap(path => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const parts = [...new Set(names)].sort().map(name => {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return `${name} ${version} (${license})\n\n${readLicence(name, folder)}\n`;
  });
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return `These packages are part of the files in this folder.\n${rule}${parts.join(rule)}`;
}

/** Some packages have no such file, but a section in their README; those of xterm.js have neither. */
function readLicence(name, folder) {
  if (name.startsWith('@xterm/')) return XTERM;
  const file = readdirSync(folder).find(entry => /^licen[cs]e(\.\w+)?$/i.test(entry));
  if (file) return readFileSync(join(folder, file), 'utf8').trim();
  const sections = readFileSync(join(folder, 'README.md'), 'utf8').split(/^#+ /m);
  const section = sections.find(text => /^licen[cs]e\b/i.test(text))?.replace(/^.*\n/, '');
  if (!section?.includes('Copyright')) throw new Error(`cannot find the licence of ${name}`);
  return section.replace(/^> ?/gm, '').replaceAll('**', '').trim();
}

/** https://github.com/xtermjs/xterm.js/blob/master/LICENSE */
const XTERM = `Copyright (c) 2017-2019, The xterm.js authors (https://github.com/xtermjs/xterm.js)
Copyright (c) 2014-2016, SourceLair Private Company (https://www.sourcelair.com)
Copyright (c) 2012-2013, Christopher Jeffrey (https://github.com/chjj/)

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.`;
