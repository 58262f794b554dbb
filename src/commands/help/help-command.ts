import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { help } from './help';

export class HelpCommand extends ZdCommand {
  static override paths = pathsOf('help');

  static override usage = pageOf('help', {
    details: `
      \`help\` lists the commands and \`help ACTION\` explains one briefly; \`ACTION --help\` prints its full page.
    `,
    examples: [
      ['the list', 'zd help'],
      ['one command', 'zd help start'],
    ],
  });

  topic = Option.String({ required: false, name: 'action' });

  run(context: ActionContext) {
    return help(context, this.topic ?? '', this.context.promptTopics);
  }
}
