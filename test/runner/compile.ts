import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/**
 * Compiles the tests and what they import once, so that not every test file compiles its share: that takes longer than
 * most of them run.
 *
 * @param root of the repository
 * @param folder for the result; it must exist
 * @returns a function that gives the words that run a test file
 */
export async function compileTests(root: string, folder: string): Promise<(file: string) => string[]> {
  const entryPoints = ['src', 'test', 'bench', 'torture', 'scripts'].flatMap(name =>
    readdirSync(join(root, name), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => join(root, name, file)),
  );
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: folder,
    outbase: root,
    format: 'cjs',
    platform: 'node',
    // A late import is to find its file without an extension, as a require does.
    supported: { 'dynamic-import': false },
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    plugins: [keepPlaces],
    logLevel: 'warning',
  });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return file => ['--enable-source-maps', join(folder, relative(root, file).replace(/\.ts$/, '.js'))];
}

/** What a file knows of its place is true of the repository: tests find fixtures and `bin` by it. */
const keepPlaces: Plugin = {
  name: 'keep places',
  setup({ initialOptions, onLoad }) {
    initialOptions.define = { 'import.meta.dirname': '__dirname', 'import.meta.url': '__url' };
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const place = `var __dirname = ${JSON.stringify(dirname(path))}, __url = ${JSON.stringify(pathToFileURL(path).href)};`;
      return { contents: `${place} ${readFileSync(path, 'utf8')}`, loader: 'ts' };
    });
  },
};
