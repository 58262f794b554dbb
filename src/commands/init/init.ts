import { closeSync, openSync, writeSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type ActionContext, addFacts, print } from '../../client/context';
import { checkProgram } from '../../client/preflight/program';
import type { Configuration } from '../../settings/settings';
import { isWellFormed } from '../../system/bytes';
import { describeReason, ExitStatus, errorCode, UsageError, UserError } from '../../system/errors';
import { quoteForShell } from '../../system/text/shell-words';
import { writeConfiguration } from './template';

/** What `zd` looks for in the current folder. */
const USUAL_FILE = 'zd.conf';

/**
 * `init [word…]`: writes a configuration for a program.
 *
 * @param context the file of its configuration is the one to write; null means `zd.conf`
 * @param words the program and its arguments; without any, the configured program
 * @returns 0
 * @throws UsageError for a program that cannot be run; UserError for a file that exists or cannot be written
 */
export function init(context: ActionContext, words: readonly string[]): number {
  const { configuration } = context;
  const file = configuration.file ?? USUAL_FILE;
  const program = [...(words.length > 0 ? words : configuration.settings.program)];
  if (program.length === 0)
    throw new UsageError('init needs the program, for example: zd init -- node server.js');
  const lost = program.find(word => /\p{Cc}/u.test(word) || !isWellFormed(word));
  if (lost !== undefined)
    throw new UsageError(
      `cannot write ${file}: a word of the program has a line break or another character that a file cannot hold; put it into a script`,
    );
  const here = process.cwd();
  const directory = dirname(resolve(file)) === here ? null : here;
  checkProgram(withProgram(configuration, program, directory));
  write(file, writeConfiguration({ program, file, directory }));
  addFacts(context, { changed: true, file });
  const zd = file === USUAL_FILE ? 'zd' : quoteForShell(['zd', '-C', file]);
  print(context, `${file} written; next: ${zd} check, then ${zd} start`);
  return ExitStatus.done;
}

function withProgram(
  configuration: Configuration,
  program: string[],
  directory: string | null,
): Configuration {
  const { settings, origins } = configuration;
  return {
    ...configuration,
    settings: { ...settings, program, directory },
    origins: { ...origins, program: 'the words after init' },
  };
}

/** Never writes to a file that is there, nor through a symlink. */
function write(file: string, text: string): void {
  let fd: number;
  try {
    // Others must not be able to write to it: then it would not be found.
    fd = openSync(file, 'wx', 0o644);
  } catch (error) {
    if (errorCode(error) === 'EEXIST')
      throw new UserError(`cannot write ${file}: it exists already; edit it, or name another file with -C`);
    throw new UserError(`cannot write ${file}: ${describeReason(error)}; name another file with -C`);
  }
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  } catch (error) {
    throw new UserError(`cannot write ${basename(file)}: ${describeReason(error)}; the file is incomplete`);
  } finally {
    closeSync(fd);
  }
}
