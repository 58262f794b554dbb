import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { APPLIER_TITLE } from '../../protocol/applier';
import { fileWords, type LaunchOrder } from '../../protocol/launch-order';
import { describeReason } from '../../system/errors';
import { quoteWords } from '../../system/words';

/** What `zd apply` has said. */
export interface Applied {
  /** Its exit status; null if it could not be run, or was killed. */
  status: number | null;
  /** The reason if it is not 0, one sentence. */
  reason: string;
}

/** Characters of its output; the rest is not needed. */
const MOST_OUTPUT = 1 << 20;

/**
 * Runs `zd apply` with the rights of this manager. It reads the file, so the manager need not: what is wrong with a file
 * cannot harm it, and every check of a client is made.
 *
 * @param order that the manager follows
 * @param environment of the program, which the file may refer to
 */
export function runApply(
  order: LaunchOrder,
  environment: Record<string, string | undefined>,
): Promise<Applied> {
  return new Promise(resolve => {
    const [file = '', ...args] = applyWords(order);
    const child = spawn(file, args, {
      argv0: `${APPLIER_TITLE}${order.source?.file ?? ''}`,
      cwd: '/',
      env: cleanEnvironment(environment),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      if (output.length < MOST_OUTPUT) output += text;
    });
    child.once('error', error => resolve({ status: null, reason: describeReason(error) }));
    child.once('close', (status, signal) => resolve({ status, reason: readReason(output, status, signal) }));
  });
}

/** The words of the client. A flag that the file depends on is given again. */
export function applyWords({ socket, source, settings }: LaunchOrder): string[] {
  const { member, ...named } = source ?? { file: null, flags: [] };
  return [
    process.execPath,
    join(__dirname, '..', 'bin', 'zd.js'),
    ...fileWords(named),
    // A program of many has its own place.
    ...(member === undefined ? ['-s', socket] : []),
    ...(named.flags.includes('program') ? ['-p', quoteWords(settings.program)] : []),
    ...(settings.insecure ? ['--insecure'] : []),
    ...['--json', 'apply', '--watched'],
    ...(member === undefined ? [] : [member]),
  ];
}

/** As `bin/zd` does: what steers Node is meant for the program. */
function cleanEnvironment(environment: Record<string, string | undefined>): NodeJS.ProcessEnv {
  const { ZD_NODE_OPTIONS: options } = process.env;
  const isKept = ([name]: [string, unknown]) =>
    !name.startsWith('NODE_') && !['OPENSSL_CONF', 'ZD_CONFIG', 'ZD_FRONT', 'PWD', 'OLDPWD'].includes(name);
  const kept = Object.fromEntries(Object.entries(environment).filter(isKept));
  return { ...kept, ...(options === undefined ? {} : { NODE_OPTIONS: options, ZD_NODE_OPTIONS: options }) };
}

function readReason(output: string, status: number | null, signal: string | null): string {
  if (status === 0) return '';
  try {
    const { errors, text } = JSON.parse(output) as { errors: string[]; text: string };
    return errors.join('; ') || text;
  } catch {
    return signal === null ? `zd apply exited with status ${status}` : `zd apply was killed (${signal})`;
  }
}
