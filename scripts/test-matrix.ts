// Runs the tests on several versions of Node: npm run test:matrix -- [major...] [part of a path...]
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** The major versions that zd supports. */
const MAJORS = ['20', '22', '24', '26'];

const root = resolve(__dirname, '..');
/** Deleted together with node_modules. */
const cache = join(root, 'node_modules/.cache/test-matrix');

interface Result {
  version: string;
  /** The last line of the tests' output. */
  totals: string;
  passed: boolean;
  seconds: number;
}

async function main(words: string[]): Promise<void> {
  const majors = words.filter(word => /^\d+$/.test(word));
  const patterns = words.filter(word => !majors.includes(word));
  const results: Result[] = [];
  for (const major of majors.length > 0 ? majors : MAJORS) {
    const { version, bin } = installNode(major);
    console.log(`\n==== Node ${version}`);
    results.push(await runTests(version, bin, patterns));
  }
  console.log('');
  for (const { version, totals, seconds } of results)
    console.log(`Node ${version.padEnd(9)} ${totals} (${seconds.toFixed(0)} s)`);
  process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
}

/**
 * Installs the newest Node of a major version, from a package that contains only Node's files and runs no script.
 *
 * @param major as in `22`
 * @returns its version and the folder of its executables
 */
function installNode(major: string): { version: string; bin: string } {
  const name = `node-${platform()}-${arch()}`;
  const folder = join(cache, major);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${major}`];
  const { status } = spawnSync('npm', words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`cannot install ${name}@${major}: npm exited with status ${status}`);
  const home = join(folder, 'node_modules', name);
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  return { version, bin: join(home, 'bin') };
}

/** Does not rebuild: the package ships one build for all versions. */
function runTests(version: string, bin: string, patterns: string[]): Promise<Result> {
  const started = performance.now();
  const words = ['--import', 'tsx', 'test/runner/run.ts', ...patterns];
  const child = spawn(join(bin, 'node'), words, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
    process.stdout.write(text);
  });
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', code => {
      const totals = output.trimEnd().split('\n').at(-1) ?? '';
      done({ version, totals, passed: code === 0, seconds: (performance.now() - started) / 1000 });
    });
  });
}

void main(process.argv.slice(2));
