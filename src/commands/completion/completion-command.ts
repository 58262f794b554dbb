import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { makeModel } from './model';

export class CompletionCommand extends ZdCommand {
  static override paths = pathsOf('completion');

  static override usage = pageOf('completion', {
    details: `
      Prints a script for bash, zsh or fish that completes commands, options, settings, signals and files. The script is
      text: it does not call zd when a key is pressed, so it must be printed anew after an upgrade.

      Exit status: 0; 2 for another shell.
    `,
    examples: [
      ['bash, in this session', 'source <(zd completion bash)'],
      ['bash', 'zd completion bash >~/.local/share/bash-completion/completions/zd'],
      ['zsh, in a folder of fpath', 'zd completion zsh >~/.zfunc/_zd'],
      ['fish', 'zd completion fish >~/.config/fish/completions/zd.fish'],
    ],
  });

  shell = Option.String({ required: false, name: 'bash|zsh|fish' });

  run(context: ActionContext) {
    const { printCompletion } = require('./completion') as typeof import('./completion');
    return printCompletion(context, this.shell ?? '', () =>
      makeModel(context.flavour, this.context.definitions()),
    );
  }
}
