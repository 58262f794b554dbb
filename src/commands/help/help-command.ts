import { Option } from 'clipanion';
import { type ActionContext, print } from '../../client/context';
import { showHidden } from '../../system/blanks';
import { ExitStatus, UsageError } from '../../system/errors';
import { screenWidth } from '../../system/text/text-rows';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { adviseOn } from '../suggest';
import { findCommand } from '../table';
import { helpAsZdaemon } from './help';
import { explainTopic, listCommands } from './overview';
import { renderPage } from './page';

export class HelpCommand extends ZdCommand {
  static override paths = pathsOf('help');

  static override usage = pageOf('help', {
    details: `
      \`help\` lists the commands. \`help COMMAND\` explains one, as \`COMMAND --help\` does. \`help options\` lists the
      options, and \`help config\` shows a configuration file.
    `,
    examples: [
      ['the list', 'zd help'],
      ['one command', 'zd help start'],
    ],
  });

  topic = Option.String({ required: false, name: 'command' });

  run(context: ActionContext) {
    const { promptTopics } = this.context;
    const topic = this.topic ?? '';
    if (context.flavour === 'zdaemon') return helpAsZdaemon(context, topic, promptTopics);
    for (const line of this.findLines(topic, screenWidth(context.stdout))) print(context, line);
    return ExitStatus.done;
  }

  private findLines(topic: string, width: number): string[] {
    const { promptTopics } = this.context;
    if (topic === '') return listCommands(promptTopics, width);
    const own = Object.hasOwn(promptTopics, topic) ? promptTopics[topic]?.split('\n') : null;
    if (own) return own;
    if (findCommand(topic)) return renderPage(topic, this.context.definitions(), width);
    const other = explainTopic(topic, this.context.action.binaryName, width);
    if (other) return other;
    throw new UsageError(
      `no help on '${showHidden(topic)}'; ${adviseOn(topic, Object.keys(promptTopics), 'see help')}`,
    );
  }
}
