import { type ActionContext, type Flavour, print } from '../../client/context';
import { ExitStatus } from '../../system/errors';
import { layOutColumns } from './columns';
import { helpTexts, ownHelpTexts, promptHelpTexts } from './texts';

/**
 * `help [topic]`: the list of the commands, or zdaemon's text for one.
 *
 * @param topic a command; empty = the list
 * @param atPrompt the prompt has commands of its own
 * @returns the exit status: 2 for an unknown topic; called as zdaemon 0
 */
export function help(context: ActionContext, topic: string, atPrompt = false): number {
  const texts = helpTopics(context.flavour, atPrompt);
  if (topic === '') {
    for (const line of listCommands(Object.keys(texts))) print(context, line);
    return ExitStatus.done;
  }
  const text = Object.hasOwn(texts, topic) ? texts[topic] : undefined;
  print(context, text ?? `*** No help on ${topic}`);
  return text !== undefined || context.flavour === 'zdaemon' ? ExitStatus.done : ExitStatus.usage;
}

/** What there is a text for, with it. */
export function helpTopics(flavour: Flavour, atPrompt: boolean): Record<string, string> {
  const own = flavour === 'zd' ? ownHelpTexts : {};
  return { ...helpTexts, ...own, ...(atPrompt ? promptHelpTexts : {}) };
}

/** The table of `help`. */
export function listCommands(names: readonly string[]): string[] {
  const title = 'Documented commands (type help <topic>):';
  const rows = layOutColumns([...names].sort(), 79);
  return ['', title, '='.repeat(title.length), ...rows, ''];
}
