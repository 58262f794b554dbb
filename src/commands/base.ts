import { type BaseContext, Command } from 'clipanion';
import type { ActionContext } from '../client/context';

export interface CommandContext extends BaseContext {
  action: ActionContext;
  /** At the prompt, which has commands of its own. */
  atPrompt: boolean;
}

/** A command is a class: its words as fields, its help beside them, and one call of the action that does the work. */
export abstract class ZdCommand extends Command<CommandContext> {
  abstract run(context: ActionContext): Promise<number> | number;

  override async execute(): Promise<number> {
    return this.run(this.context.action);
  }
}
