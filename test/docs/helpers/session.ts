import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { copyFromClone, makeTemporaryFolder } from '../../helpers/temp';
import type { Block, Example } from './rst';

/** The top of the repository. */
export const root = resolve(import.meta.dirname, '../../..');

export type Binary = 'zd' | 'zdaemon';

/** Time limit of one block, in milliseconds. */
const BLOCK_LIMIT = 120_000;
/** Printed before each command to separate the outputs. */
const SEPARATOR = '\x01';

/**
 * Runs the examples of a page in order, each block in one `sh`, in an empty folder. `zd` and `zdaemon` are on PATH, and
 * `bin` and `docs/examples` exist as in a clone.
 *
 * @param blocks of the page
 * @param binary `zdaemon` replaces `zd` in the commands, and blocks marked as zd's own are skipped
 * @returns a description of each example that fails
 */
export function tryBlocks(blocks: readonly Block[], binary: Binary): string[] {
  const folder = makeTemporaryFolder();
  const env = prepareFolder(folder);
  const faults: string[] = [];
  try {
    for (const block of blocks) {
      if (block.kind === 'file') writeIn(folder, block);
      else if (!block.onlyZd || binary === 'zd') faults.push(...tryConsole(block.examples));
    }
  } finally {
    stopAll(folder, env);
  }
  return faults;

  function tryConsole(examples: readonly Example[]): string[] {
    const commands = examples.map(({ command }) => renameBinary(command, binary));
    const outputs = runCommands(commands, folder, env);
    return examples.flatMap(({ line, expected }, index) => {
      const output = outputs[index] ?? '(it did not run)';
      if (matches(expected.join('\n'), output)) return [];
      return [
        `line ${line}: $ ${commands[index]}\nshould print\n${expected.join('\n')}\nbut printed\n${output}`,
      ];
    });
  }
}

function writeIn(folder: string, { name, text }: { name: string; text: string }): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The reason if a block needs a tool that is not installed, or false. */
export function missingTool(blocks: readonly Block[]): string | false {
  const tools = blocks.flatMap(block => (block.kind === 'console' ? block.needs : []));
  const missing = tools.find(tool => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  return missing !== undefined && `needs ${missing}`;
}

/**
 * Whether an output matches a page. Pids and times can differ, `...` matches anything, and empty lines, lines of dots
 * and the width of columns are ignored.
 */
export function matches(expected: string, output: string): boolean {
  const pattern = normalise(expected)
    .split('...')
    .map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('[^]*?');
  return new RegExp(`^${pattern}$`).test(normalise(output));
}

function normalise(text: string): string {
  return text
    .replace(/\b(pid=|pid |process |kill\(|application=|manager=)\d+/g, '$1N')
    .replace(/\b\d{10}(\.\d+)?\b/g, 'TIME')
    .replace(/(?:\/\w+)*\/bin\/sleep\b/g, '/bin/sleep')
    .replace(/\b\d+\.\d+ seconds/g, 'N seconds')
    .replace(/\b\d\d:\d\d:\d\d\b/g, 'HH:MM:SS')
    .split('\n')
    .map(line => line.trimEnd().replace(/(\S) {2,}/g, '$1 '))
    .filter(line => line !== '' && !/^(\. ?)+$/.test(line.replace('...', 'x')))
    .join('\n');
}

/** Puts the two commands on PATH, and `bin` and `docs/examples` where a clone has them. */
function prepareFolder(folder: string): NodeJS.ProcessEnv {
  symlinkSync(join(root, 'bin'), join(folder, 'bin'));
  // As after `npm install zdaemon`. Not the whole clone: the daemon of the README may run in it, and is not to be stopped.
  const installed = join(folder, 'node_modules/zdaemon');
  mkdirSync(installed, { recursive: true });
  for (const name of ['package.json', 'dist']) symlinkSync(join(root, name), join(installed, name));
  copyFromClone(join(root, 'docs/examples'), join(folder, 'docs/examples'));
  const commands = join(folder, '.commands');
  mkdirSync(commands);
  for (const name of ['zd', 'zdaemon']) symlinkSync(join(root, `bin/${name}.js`), join(commands, name));
  return {
    ...process.env,
    PATH: `${commands}${delimiter}${process.env.PATH}`,
    HOME: folder,
    LC_ALL: 'C',
    ZD_STATE: join(folder, 'state'),
  };
}

function renameBinary(command: string, binary: Binary): string {
  return command.replace(/(^|[\s(;|&])zd(?= )/g, `$1${binary}`);
}

function runCommands(commands: readonly string[], cwd: string, env: NodeJS.ProcessEnv): string[] {
  // The separator preserves `$?` of the previous command.
  const script = commands.map(command => `__=$?; printf '${SEPARATOR}'; (exit $__)\n${command}\n`).join('');
  const { stdout } = spawnSync('sh', ['-c', `exec 2>&1\n${script}`], {
    cwd,
    env,
    encoding: 'utf8',
    timeout: BLOCK_LIMIT,
    killSignal: 'SIGKILL',
  });
  return stdout.split(SEPARATOR).slice(1);
}

/** Stops the managers that a failed page left running. */
function stopAll(folder: string, env: NodeJS.ProcessEnv): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.zd')) continue;
    const socket = join(folder, name.replace(/(^|\/)\.([^/]*)\.zd$/, '$1$2'));
    if (existsSync(socket)) spawnSync('zd', ['-s', socket, 'stop'], { env });
  }
}
