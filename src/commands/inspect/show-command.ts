import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { show } from './show';

export class ShowCommand extends ZdCommand {
  static override paths = pathsOf('show');

  static override usage = pageOf('show', {
    details: `
      \`options\` (the default) prints every setting with its value and its origin: default, file and line, or flag.
      \`environment\` prints the variables that the program would get from this caller, and where each comes from:
      inherited, a file, or the environment section. \`node\` prints versions. \`all\` prints both. \`changes\` prints what differs between the file and what runs, and
      whether a restart applies it or only a stop and a start; it returns 3 without a manager. The name of a setting
      prints that one. \`config\` prints the configuration as an INI file, without the defaults. For a file of another
      system, standard error has what became of each of its lines, and the status is 1 if something that changes
      behaviour was lost, unless --lenient is given.
    `,
    examples: [
      ['which value applies?', 'zd -C app.conf -b 3 show options'],
      ['where does one value come from?', 'zd -C app.conf show transcript'],
      ['which variables would the program get?', 'zd -C app.conf show environment'],
      ['what would a restart change?', 'zd -C app.conf show changes'],
      ['what does zd make of this file?', 'zd -C pmtr.conf show config'],
    ],
  });

  format = Option.String('--format', { description: 'config: as a file of this format; only ini' });

  lenient = Option.Boolean('--lenient', false, { description: 'config: return 0 whatever was lost' });

  what = Option.String({ required: false, name: 'options|environment|config|node|changes|all|setting' });

  run(context: ActionContext) {
    if (this.what === 'config' && context.flavour === 'zd')
      return loadConfig().showConfig(context, { format: this.format ?? null, isLenient: this.lenient });
    return show(context, this.what ?? '');
  }
}

function loadConfig(): typeof import('../many/print-config') {
  return require('../many/print-config');
}
