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

/** Some packages have no such file, but a section in their README. */
function readLicence(name, folder) {
  const file = readdirSync(folder).find(entry => /^licen[cs]e(\.\w+)?$/i.test(entry));
  if (file) return readFileSync(join(folder, file), 'utf8').trim();
  const sections = readFileSync(join(folder, 'README.md'), 'utf8').split(/^#+ /m);
  const section = sections.find(text => /^licen[cs]e\b/i.test(text))?.replace(/^.*\n/, '');
  if (!section?.includes('Copyright')) throw new Error(`cannot find the licence of ${name}`);
  return section.replace(/^> ?/gm, '').replaceAll('**', '').trim();
}
