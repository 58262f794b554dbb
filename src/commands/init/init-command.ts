import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { init } from './init';

export class InitCommand extends ZdCommand {
  static override paths = pathsOf('init');

  static override usage = pageOf('init', {
    details: `
      Writes a configuration for the program, with comments, to zd.conf or to the file that -C names, and checks it. It
      starts nothing and never overwrites a file. Words after \`init\` are the program and its arguments.

      Exit status: 0 the file is written; 1 it exists or cannot be written; 2 the program cannot be run, and nothing was
      written.
    `,
    examples: [
      ['zd.conf in the current folder', 'zd init -- node server.js --port 8080'],
      ['another file', 'zd -C api.conf init -- ./api'],
    ],
  });

  words = Option.Proxy({ name: 'word' });

  run(context: ActionContext) {
    return init(context, this.words[0] === '--' ? this.words.slice(1) : this.words);
  }
}
