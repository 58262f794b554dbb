// Bundles zd as CommonJS: the manager in a file of its own, and the command line in several, so that a plain `status`
// reads and compiles only what it runs. A module named in `lazy` is built as a file beside main.js, and whoever
// requires it requires that file. The same source may be in more than one of them, so an error that crosses from one
// to the other is known by its brand, not by its class (src/system/errors.ts).
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeCodeCaches } from './code-cache.mjs';
import { describeThirdParty } from './third-party.mjs';

const root = new URL('..', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

const lazy = {
  'src/commands/wordless-bundle.ts': 'actions',
  'src/commands/clipanion.ts': 'commands',
  'src/commands/doctor/doctor.ts': 'doctor',
  'src/boot.ts': 'boot',
  'src/cli/prompt/prompt.ts': 'prompt',
  'src/settings/file/read.ts': 'configuration-file',
  'rotating-file-stream': 'rotating-file-stream',
};

const splitLazily = {
  name: 'split lazily',
  setup({ onResolve, resolve }) {
    onResolve(
      { filter: /^\.|^rotating-file-stream$/ },
      async ({ path, kind, resolveDir, importer, pluginData }) => {
        const late = kind === 'require-call' || kind === 'dynamic-import';
        if (!late || pluginData === splitLazily) return undefined;
        const found = await resolve(path, { kind, resolveDir, importer, pluginData: splitLazily });
        const file = Object.keys(lazy).find(
          name => name === path || found.path === fileURLToPath(new URL(name, root)),
        );
        return file ? { path: `./${lazy[file]}.js`, external: true } : undefined;
      },
    );
  },
};

/** Texts for the manual alone are of no use in a bundle; calls of an empty function leave nothing behind. */
const leaveOutManual = {
  name: 'leave out the manual',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/settings\/manual\.ts$/ }, () => ({
      contents: 'export function manual() {}',
    }));
  },
};

const outdir = process.env.ZD_BUILD_FOLDER ?? 'dist';

const { metafile } = await build({
  absWorkingDir: fileURLToPath(root),
  entryPoints: {
    boot: 'src/boot.ts',
    main: 'src/cli/main.ts',
    manager: 'src/manager/boot.ts',
    'manager-core': 'src/manager/main.ts',
    ...Object.fromEntries(Object.entries(lazy).map(([source, name]) => [name, source])),
  },
  outdir,
  metafile: true,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  // Maps are not shipped, and a comment that leads to none is of no use.
  sourcemap: 'external',
  sourcesContent: false,
  define: { ZD_VERSION: JSON.stringify(version) },
  external: ['node-pty'],
  plugins: [splitLazily, leaveOutManual],
  logLevel: 'warning',
});

const notices = describeThirdParty(Object.keys(metafile.inputs), fileURLToPath(root));
writeFileSync(resolve(fileURLToPath(root), outdir, 'THIRD-PARTY.txt'), notices);

writeCodeCaches(fileURLToPath(root));
