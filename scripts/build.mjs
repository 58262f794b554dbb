// Bundles zd as CommonJS: the manager in its own files, and the command line in several files, so that a plain `status`
// reads and compiles only the code it runs. Each module in `lazy` becomes a file next to main.js; a late require of the
// module loads that file. Several bundles may contain the same source, so an error that passes from one to another is
// recognized by its brand, not by its class (src/system/errors.ts).
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeCodeCaches } from './code-cache.mjs';
import { writeLibrary } from './library.mjs';
import { describeThirdParty } from './third-party.mjs';

const root = new URL('..', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

const lazy = {
  'src/commands/wordless-bundle.ts': 'actions',
  'src/commands/clipanion.ts': 'commands',
  'src/commands/inspect/status-block.ts': 'status-block',
  'src/commands/many/bundle.ts': 'many',
  'src/settings/fleet/defaults.ts': 'defaults',
  'src/settings/fleet/read-fleet.ts': 'fleet',
  'src/settings/foreign/readers.ts': 'foreign',
  'src/commands/list/name-daemon.ts': 'name-daemon',
  'src/commands/doctor/doctor.ts': 'doctor',
  'src/commands/completion/completion.ts': 'completion',
  'src/commands/export/export.ts': 'export',
  'src/boot.ts': 'boot',
  'src/manager/watch/renewal.ts': 'renewal',
  'src/cli/answer.ts': 'answer',
  'src/cli/prompt/bundle.ts': 'prompt',
  'src/settings/file/read.ts': 'configuration-file',
  'src/settings/salvage.ts': 'salvage',
  'src/settings/environment/bundle.ts': 'environment',
  'src/manager/log/bundle.ts': 'event-log',
  'src/manager/program/own-command.ts': 'own-command',
  'src/manager/hooks/hooks.ts': 'hooks',
  'src/manager/hooks/service.ts': 'service',
  'src/settings/schedule/cron.ts': 'cron',
  'src/manager/schedule/scheduling.ts': 'scheduling',
  'src/manager/program/exec-chain.ts': 'exec-chain',
  'src/manager/program/lock-file.ts': 'lock-file',
  'src/system/run/inside-root.ts': 'inside-root',
  'src/manager/program/pidfile.ts': 'pidfile',
  'src/manager/transcript/feed/bundle.ts': 'receiver',
  'src/manager/transcript/text/plain-text.ts': 'plain-text',
  'src/settings/probes/grammar.ts': 'probes',
  'src/manager/readiness/bundle.ts': 'readiness',
  'src/commands/attach/screen.ts': 'screen',
  'src/commands/run/recording.ts': 'recording',
  'src/manager/input/bundle.ts': 'input',
  'src/manager/console/bundle.ts': 'console',
  'src/manager/console/visitors.ts': 'visitors',
  'src/manager/events/readers.ts': 'readers',
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

/** The bundles do not need the texts of the manual; esbuild removes calls of an empty function. */
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
    library: 'src/library/library.ts',
    'read-round': 'src/client/configured/read-round.ts',
    recorder: 'src/manager/recorder/main.ts',
    'access-probe': 'src/client/preflight/access-probe.ts',
    ...Object.fromEntries(Object.entries(lazy).map(([source, name]) => [name, source])),
  },
  outdir,
  metafile: true,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  // Source maps are not shipped, so the bundles contain no comment that refers to them.
  sourcemap: 'external',
  sourcesContent: false,
  define: { ZD_VERSION: JSON.stringify(version) },
  external: ['node-pty'],
  plugins: [splitLazily, leaveOutManual],
  logLevel: 'warning',
});

const notices = describeThirdParty(Object.keys(metafile.inputs), fileURLToPath(root));
writeFileSync(resolve(fileURLToPath(root), outdir, 'THIRD-PARTY.txt'), notices);

writeLibrary(fileURLToPath(root), outdir);
writeCodeCaches(fileURLToPath(root));
