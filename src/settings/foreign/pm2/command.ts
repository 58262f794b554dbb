import { extname, resolve } from 'node:path';
import { quoteWords } from '../../../system/words';
import type { Entry } from '../../file/tree';
import { changed, dropped, entryOf, TAKEN } from '../line-report';
import type { AppReader } from './app-reader';

/** What pm2 asks the system about a file. */
export interface Lookout {
  /** Whether a file is there, and whether its first bytes are those of a binary. */
  kindOf(path: string): 'missing' | 'text' | 'binary';
  /** The path of a command in PATH. */
  find(command: string): string | null;
}

/** What runs a script, by the ending of its name. */
const INTERPRETERS: Record<string, string> = {
  '.sh': 'bash',
  '.py': 'python',
  '.rb': 'ruby',
  '.php': 'php',
  '.pl': 'perl',
  '.js': 'node',
  '.coffee': 'coffee',
  '.ls': 'lsc',
  '.ts': 'bun',
  '.tsx': 'bun',
};

export interface Command {
  program: Entry;
  /** Variables that pm2 adds. */
  environment: Entry[];
}

/**
 * Reads script, interpreter and arguments. As in pm2, a script with a blank is a line for bash, and a file without a
 * known ending is one for Node unless it is a binary.
 *
 * @param folder the absolute folder in which the program runs
 */
export function readCommand(app: AppReader, folder: string, lookout: Lookout): Command {
  const script = app.text('script');
  if (script === undefined || script === '') throw app.fault('script', 'is missing; add script: FILE');
  for (const key of ['script', 'args', 'node_args', 'exec_interpreter']) app.judge(key, TAKEN);
  if (script.includes(' ')) {
    app.judge('args', dropped('pm2 ignores it for a script with a blank'));
    for (const key of ['node_args', 'exec_interpreter'])
      app.judge(key, dropped('a script with a blank is a line for bash'));
    const shell = lookout.find('bash') ? 'bash' : 'sh';
    return { program: app.entry('program', quoteWords([shell, '-c', script]), 'script'), environment: [] };
  }
  const local = resolve(folder, script);
  const isLocal = lookout.kindOf(local) !== 'missing';
  const path = isLocal ? local : (lookout.find(script) ?? local);
  const interpreter = readInterpreter(app, path, lookout);
  const args = app.list('args', splitArguments);
  if (interpreter === 'none') {
    app.judge('node_args', dropped('no interpreter gets them'));
    const word = isLocal && !script.includes('/') ? `./${script}` : script;
    return { program: app.entry('program', quoteWords([word, ...args]), 'script'), environment: [] };
  }
  const words = [interpreter, ...app.list('node_args', splitArguments), isLocal ? script : path, ...args];
  const origin = app.originOf('exec_interpreter');
  return {
    program: app.entry('program', quoteWords(words), 'script'),
    environment: interpreter.includes('python') ? [entryOf('PYTHONUNBUFFERED', '1', origin)] : [],
  };
}

function readInterpreter(app: AppReader, path: string, lookout: Lookout): string {
  const given = app.text('exec_interpreter');
  if (given !== undefined && given !== '') {
    if (!given.startsWith('node@')) return given;
    app.judge('exec_interpreter', changed('node of PATH runs it: zd does not use nvm', true));
    return 'node';
  }
  const usual = INTERPRETERS[extname(path)];
  if (usual === undefined) return lookout.kindOf(path) === 'text' ? 'node' : 'none';
  return usual === 'python' && lookout.find('python') === null ? 'python3' : usual;
}

/** The words of a text, as pm2 splits it: quotes count only around a word, or behind its `=`, and stay there. */
function splitArguments(text: string): string[] {
  const words = text.match(/[^\s"'=]+="[^"]*"|[^\s"'=]+='[^']*'|"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words
    .map(word => (/^(["']).*\1$/s.test(word) ? word.slice(1, -1) : word))
    .filter(word => word.trim() !== '');
}
