import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { show } from './show';

export class ShowCommand extends ZdCommand {
  static override paths = pathsOf('show');

  static override usage = pageOf('show', {
    details: `
      \`options\` (the default) prints every setting with its value and its origin: default, file and line, or flag.
      \`node\` prints versions. \`all\` prints both.
    `,
    examples: [['which value applies?', 'zd -C app.conf -b 3 show options']],
  });

  what = Option.String({ required: false, name: 'options|node|all' });

  run(context: ActionContext) {
    return show(context, this.what ?? '');
  }
}
