import { basename } from 'node:path';
import { quoteWords } from '../../system/words';

export interface Template {
  /** The program and its arguments. */
  program: readonly string[];
  /** The file to be written, as the user named it. */
  file: string;
  /** Where the program runs, if that is not the folder of the file. */
  directory: string | null;
}

/** The text of a new configuration: what is usual is set, what is often wanted is a comment. */
export function writeConfiguration({ program, file, directory }: Template): string {
  const name = nameDaemon(file, program);
  const isUsual = basename(file) === 'zd.conf';
  return `# Configuration of zd for one program.
${listCommands(isUsual ? 'zd' : `zd -C ${basename(file)}`)}
# Values are literal, and a comment needs a line of its own. A relative path starts in the folder of this file.
# "zd help options" lists all keys.

[runner]
# The command, split into words as in a shell; but no shell runs it, so for $NAME, > or && write: sh -c '...'
program = ${quoteWords(program)}

${directory === null ? '# Where the program runs:\n# directory = /srv/app' : `# Where the program runs:\ndirectory = ${directory}`}

# The file for its output:
transcript = ${name}.log
# transcript-timestamps = iso
# transcript-rotate-size = 10mb

# One socket is one daemon; another daemon in this folder needs another one:
${isUsual ? '# socket-name = zdsock' : `socket-name = ${name}.sock`}

# It is up when this command exits with 0, for example:
# start-test-program = curl -sf http://127.0.0.1:8080/

# Seconds from SIGTERM to SIGKILL, exit statuses after which it is not restarted, and crashes in a row to give up after:
stop-timeout = 30
# exit-codes = 0,2
# backoff-limit = 10

# As root only: the user that runs it.
# user = www-data

[environment]
# Variables are added to those of the caller:
# PORT = 8080
`;
}

function listCommands(zd: string): string {
  const rows = [
    ['check', 'checks this file'],
    ['start', 'starts the program'],
    ['status', 'reports its state'],
    ['restart', 'applies a change of this file'],
  ];
  return rows.map(([command = '', text]) => `#   ${zd} ${command.padEnd(9)}${text}`).join('\n');
}

/** The stem of the file, or the name of the program for a file without a name of its own. */
function nameDaemon(file: string, [word = '']: readonly string[]): string {
  const stem = basename(file).replace(/\.[^.]*$/, '');
  return stem === 'zd' || stem === '' ? basename(word) : stem;
}
