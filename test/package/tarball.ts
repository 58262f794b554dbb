import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { makeTemporaryFolder } from '../helpers/temp';
import { suite } from '../runner/guard';
import { npmMissing, packTarball, root } from './helpers/npm';

const tarball = suite('tarball');

/** Bytes of the unpacked files; the pages are about 480 KB of them, and 1 MB are what npm transfers. */
const LARGEST = 4_400_000;
const MOST_DEPENDENCIES = 5;

const contents = [
  'CHANGES.rst',
  'LICENSE',
  'README.rst',
  'bin/zd',
  'bin/zd.js',
  'bin/zdaemon.js',
  'dist/THIRD-PARTY.txt',
  'dist/access-probe.js',
  'dist/actions.js',
  'dist/answer.js',
  'dist/boot.js',
  'dist/commands.js',
  'dist/completion.js',
  'dist/configuration-file.js',
  'dist/console.js',
  'dist/cron.js',
  'dist/defaults.js',
  'dist/doctor.js',
  'dist/environment.js',
  'dist/event-log.js',
  'dist/exec-chain.js',
  'dist/export.js',
  'dist/fleet.js',
  'dist/foreign.js',
  'dist/hooks.js',
  'dist/input.js',
  'dist/inside-root.js',
  'dist/library.d.mts',
  'dist/library.d.ts',
  'dist/library.js',
  'dist/library.mjs',
  'dist/lock-file.js',
  'dist/main.js',
  'dist/manager-core.js',
  'dist/manager.js',
  'dist/many.js',
  'dist/name-daemon.js',
  'dist/own-command.js',
  'dist/pidfile.js',
  'dist/plain-text.js',
  'dist/probes.js',
  'dist/prompt.js',
  'dist/read-round.js',
  'dist/readers.js',
  'dist/readiness.js',
  'dist/receiver.js',
  'dist/recorder.js',
  'dist/recording.js',
  'dist/renewal.js',
  'dist/rotating-file-stream.js',
  'dist/salvage.js',
  'dist/scheduling.js',
  'dist/screen.js',
  'dist/service.js',
  'dist/status-block.js',
  'dist/visitors.js',
  'docs/coming-from-atomservice.rst',
  'docs/coming-from-perp.rst',
  'docs/coming-from-pm2.rst',
  'docs/coming-from-pmtr.rst',
  'docs/coming-from-pycroraptor2.rst',
  'docs/coming-from-supervisor.rst',
  'docs/commands.rst',
  'docs/configuration.rst',
  'docs/consoles.rst',
  'docs/design.rst',
  'docs/examples/calculator.conf',
  'docs/examples/capture.conf',
  'docs/examples/capture.sh',
  'docs/examples/clock.conf',
  'docs/examples/clock.sh',
  'docs/examples/dnscache.conf',
  'docs/examples/dnscache.env',
  'docs/examples/dnscache.sh',
  'docs/examples/echo.conf',
  'docs/examples/game.conf',
  'docs/examples/game.sh',
  'docs/examples/hellod.conf',
  'docs/examples/hellod.sh',
  'docs/examples/initial-setup.conf',
  'docs/examples/initial-setup.sh',
  'docs/examples/logrotate.conf',
  'docs/examples/sink.conf',
  'docs/examples/sink.sh',
  'docs/examples/sort.conf',
  'docs/examples/source.conf',
  'docs/examples/source.sh',
  'docs/examples/tinylog.conf',
  'docs/examples/tinylog.sh',
  'docs/examples/tinylog_run',
  'docs/examples/tunnel.conf',
  'docs/examples/tunnel.sh',
  'docs/examples/ulimit.conf',
  'docs/examples/ulimit.sh',
  'docs/exit-statuses.rst',
  'docs/export.rst',
  'docs/from-a-procfile.rst',
  'docs/history.rst',
  'docs/hooks.rst',
  'docs/input.rst',
  'docs/inspecting.rst',
  'docs/install.rst',
  'docs/library.rst',
  'docs/many-programs.rst',
  'docs/options.rst',
  'docs/performance.rst',
  'docs/prompt.rst',
  'docs/protocol.rst',
  'docs/readiness.rst',
  'docs/recipes.rst',
  'docs/reliability.rst',
  'docs/renewing.rst',
  'docs/restarting.rst',
  'docs/schedules.rst',
  'docs/stopping.rst',
  'docs/surroundings.rst',
  'docs/transcript.rst',
  'docs/zd.1',
  'docs/zd.conf.5',
  'docs/zdaemon.1',
  'docs/zdaemon.rst',
  'package.json',
];

const folder = makeTemporaryFolder();
const unpacked = join(folder, 'package');

tarball.before(() => {
  if (npmMissing) return;
  const file = packTarball(folder);
  assert.is(spawnSync('tar', ['-xzf', file, '-C', folder]).status, 0);
});

tarball.skipIf(npmMissing, 'It contains exactly these files', () => {
  assert.equal(listFiles(), contents);
});

tarball.skipIf(npmMissing, 'It is small', () => {
  const size = listFiles().reduce((sum, name) => sum + statSync(join(unpacked, name)).size, 0);
  assert.ok(size < LARGEST, `${size} bytes`);
});

tarball.skipIf(npmMissing, 'The installation runs no script of zd, and adds few packages', () => {
  const { scripts, dependencies = {}, optionalDependencies } = readJson(join(unpacked, 'package.json'));
  assert.equal(
    ['preinstall', 'install', 'postinstall'].filter(name => name in scripts),
    [],
  );
  assert.ok(Object.keys(dependencies).length <= MOST_DEPENDENCIES);
  assert.equal(Object.keys(optionalDependencies), ['node-pty']);
});

tarball.skipIf(npmMissing, 'The bundles require only Node, each other and installed packages', () => {
  const { dependencies = {} } = readJson(join(unpacked, 'package.json'));
  const known = [...builtinModules, ...Object.keys(dependencies), 'node-pty'];
  for (const name of contents.filter(file => /^dist\/.*\.js$/.test(file))) {
    const text = readFileSync(join(unpacked, name), 'utf8');
    const ids = [...text.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(match => match[1]!);
    const unknown = ids.filter(id =>
      id.startsWith('./')
        ? !contents.includes(`dist/${id.slice(2)}`)
        : !known.includes(id.replace(/^node:/, '')),
    );
    assert.equal(unknown, [], name);
  }
});

tarball.skipIf(npmMissing, 'The licences of the bundled packages are in it', () => {
  const text = readFileSync(join(unpacked, 'dist/THIRD-PARTY.txt'), 'utf8');
  const heads = [...text.matchAll(/^(\S+) \d+\.\d+\.\d+ \((?:MIT|ISC|BSD-2-Clause)\)$/gm)];
  assert.equal(
    heads.map(head => head[1]),
    [
      '@xterm/addon-serialize',
      '@xterm/headless',
      'clipanion',
      'croner',
      'dotenv',
      'ini',
      'json5',
      'rotating-file-stream',
      'typanion',
      'yaml',
    ],
  );
  for (const licence of text.split(/^(?=\S+ \d+\.\d+\.\d+ \()/m).slice(1)) assert.match(licence, 'Copyright');
});

tarball.skipIf(npmMissing, 'No file contains the path of the build', () => {
  for (const name of contents) assert.not.ok(readFileSync(join(unpacked, name), 'utf8').includes(root), name);
});

tarball('The lock file is complete and names no registry', () => {
  const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
  assert.not.match(text, '"resolved"');
  assert.not.match(text.replace(/"url": "[^"]*"/g, ''), /https?:/);
  const { lockfileVersion, packages } = JSON.parse(text);
  assert.is(lockfileVersion, 3);
  const { devDependencies, optionalDependencies } = readJson(join(root, 'package.json'));
  assert.equal(packages[''].devDependencies, devDependencies);
  assert.equal(packages[''].optionalDependencies, optionalDependencies);
  const names = Object.keys(packages).filter(Boolean);
  assert.equal(
    names.filter(name => !packages[name].integrity || !packages[name].version),
    [],
  );
});

function listFiles(): string[] {
  return readdirSync(unpacked, { recursive: true, encoding: 'utf8' })
    .filter(name => statSync(join(unpacked, name)).isFile())
    .sort();
}

function readJson(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

tarball('node-pty serves the tests alone: of what is installed, only doctor loads it, to say so', () => {
  const bundles = readdirSync(join(root, 'dist')).filter(name => name.endsWith('.js'));
  const loads = (name: string) =>
    readFileSync(join(root, 'dist', name), 'utf8').includes('require("node-pty")');
  assert.equal(bundles.filter(loads), ['doctor.js']);
});

tarball.run();
