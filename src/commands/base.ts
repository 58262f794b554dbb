import { type BaseContext, Command, type Usage } from 'clipanion';
import type { ActionContext } from '../client/context';
import type { Topics } from './help/help';
import type { Definition } from './help/page';
import { commandTable } from './table';

export interface CommandContext extends BaseContext {
  action: ActionContext;
  /** At the prompt: the texts of the commands that only the prompt has. */
  promptTopics: Topics;
  /** What the parser of words knows about each command. */
  definitions(): Definition[];
}

/** A command is a class with its words as fields, its help, and one call of the action that does the work. */
export abstract class ZdCommand extends Command<CommandContext> {
  abstract run(context: ActionContext): Promise<number> | number;

  override async execute(): Promise<number> {
    return this.run(this.context.action);
  }
}

/** The context with `--force`, for a command that also takes that flag after its name. */
export function withForce(context: ActionContext, force: boolean): ActionContext {
  if (!force) return context;
  const { configuration } = context;
  const settings = { ...configuration.settings, force };
  // Its streams open on first use, so they are inherited and not copied.
  return Object.create(context, { configuration: { value: { ...configuration, settings } } });
}

/** The names of a command, as clipanion expects them. */
export function pathsOf(name: string): string[][] {
  return [name, ...(commandTable[name]?.aliases ?? [])].map(word => (word === '' ? [] : [word]));
}

/** The page of a command: its short text from the table, with details and examples. */
export function pageOf(name: string, page: { details: string; examples: [string, string][] }): Usage {
  return Command.Usage({ description: commandTable[name]?.short ?? '', ...page });
}
