import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { suite } from '../runner/guard';

/* The walls of the house that the linter's rules (biome.json) cannot express. */

const test = suite('walls');
const root = resolve(import.meta.dirname, '../..');
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => join('src', name));

/** The only files that start processes, and what each of them starts. */
const STARTERS: Record<string, string> = {
  'src/cli/prompt/shell.ts': 'commands of the prompt',
  'src/client/launch.ts': 'a manager',
  'src/client/preflight/rights.ts': 'itself as another user',
  'src/commands/doctor/folder.ts': 'mkfifo(1)',
  'src/commands/doctor/keeper.ts': 'a keeper, to try it',
  'src/commands/doctor/session.ts': 'busctl(1), and a short-lived orphan',
  'src/commands/doctor/tools.ts': 'each tool, to ask its version',
  'src/commands/run/exact-program.ts': 'the program of fg',
  'src/commands/run/recording.ts': 'what writes the transcript of fg',
  'src/commands/run/relay.ts': 'what holds the terminal of fg',
  'src/manager/parent/find-keeper.ts': 'a keeper',
  'src/manager/parent/node-parent.ts': 'the program and its helpers, where there is no keeper',
  'src/manager/watch/run-apply.ts': 'zd apply, for watch-config',
  'src/manager/takeover/successor.ts': 'the next manager, where there is no keeper',
  'src/settings/foreign/run-foreign.ts': 'a configuration that must be executed to be read',
  'src/state/lock.ts': 'flock(1)',
  'src/system/fifo.ts': 'mkfifo(1)',
  'src/system/perl.ts': 'perl',
  'src/system/processes.ts': 'ps(1)',
  'src/system/users.ts': 'getent(1)',
};

test('processes are started only where they were started before', () => {
  const starters = files.filter(file => importsOf(file).includes('node:child_process'));
  assert.equal(starters.sort(), Object.keys(STARTERS).sort());
});

test('the lifecycle imports its own files and types, nothing else', () => {
  const lifecycle = files.filter(file => file.startsWith('src/manager/lifecycle/'));
  assert.ok(lifecycle.length >= 3);
  for (const file of lifecycle) {
    for (const [statement, from] of importStatements(file)) {
      const isOwn = from.startsWith('./');
      assert.ok(isOwn || statement.startsWith('import type'), `${file} imports ${from}`);
    }
  }
});

test('the clock is read only in system/clock.ts', () => {
  const readers = files.filter(file => /\bhrtime\b/.test(read(file)));
  assert.equal(readers, ['src/system/clock.ts']);
});

test('no folder has more than 20 files, and the top no more than 12 entries', () => {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  for (const [folder, count] of counts) assert.ok(count <= 20, `${folder} has ${count} files`);
  assert.ok(readdirSync(join(root, 'src')).length <= 12);
});

test('every folder of src is named in the layout of CONTRIBUTING.rst', () => {
  const text = readFileSync(join(root, 'CONTRIBUTING.rst'), 'utf8');
  const folders = new Set(files.map(file => dirname(file)).filter(folder => folder !== 'src'));
  for (const folder of folders) assert.match(text, `\`\`${folder}/\`\``);
});

/** Source text from a test is never part of the product. */
test('src imports nothing from outside of it', () => {
  for (const file of files)
    for (const from of importsOf(file).filter(name => name.startsWith('.'))) {
      const target = relative(root, resolve(root, dirname(file), from));
      assert.ok(target.startsWith('src'), `${file} imports ${target}`);
    }
});

function importsOf(file: string): string[] {
  return importStatements(file).map(([, from]) => from);
}

function importStatements(file: string): [statement: string, from: string][] {
  const pattern = /(?:^import [^;]*?from |^export [^;]*?from |import\(|require\()'([^']+)'/gm;
  return [...read(file).matchAll(pattern)].map(match => [match[0], match[1] ?? '']);
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

test.run();
