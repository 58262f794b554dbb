// Writes what a project needs besides the bundle of the library: its types, and a module for `import`.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

const SOURCES = ['api.ts', 'library.ts'];

/**
 * @param root the folder of the repository
 * @param outdir where the bundles are
 */
export function writeLibrary(root, outdir) {
  const texts = SOURCES.map(name => readFileSync(resolve(root, 'src/library', name), 'utf8'));
  const types = texts.map((text, index) => declare(text, SOURCES[index])).join('\n');
  const names = [...types.matchAll(/^export declare (?:class|function) (\w+)/gm)].map(([, name]) => name);
  const write = (name, text) => writeFileSync(resolve(root, outdir, name), text);
  for (const name of ['library.d.ts', 'library.d.mts']) write(name, types);
  write(
    'library.mjs',
    `import library from './library.js';\nexport const { ${names.join(', ')} } = library;\n`,
  );
}

/** Both files are one for the reader of the types. */
function declare(text, fileName) {
  const { outputText } = ts.transpileDeclaration(text, {
    fileName,
    compilerOptions: { isolatedDeclarations: true, stripInternal: true },
  });
  return outputText.replace(/^(?:import|export \*) .*\n/gm, '').replace(/^export \{\};\n/gm, '');
}
