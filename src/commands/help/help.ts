import { type ActionContext, type Flavour, print } from '../../client/context';
import { ExitStatus } from '../../system/errors';
import { commandTable } from '../table';
import { layOutColumns } from './columns';

/** Texts by topic. */
export type Topics = Record<string, string>;

/**
 * `help [topic]`, called as zdaemon: prints the list of the commands, or a short text on one (zdaemon).
 *
 * @param topic a command; empty = the list
 * @param promptTopics the texts of the commands that exist only at the prompt; empty elsewhere
 * @returns 0
 */
export function helpAsZdaemon(context: ActionContext, topic: string, promptTopics: Topics = {}): number {
  const texts = { ...helpTopics('zdaemon'), ...promptTopics };
  if (topic === '') for (const line of listTopics(Object.keys(texts))) print(context, line);
  else print(context, Object.hasOwn(texts, topic) ? (texts[topic] ?? '') : `*** No help on ${topic}`);
  return ExitStatus.done;
}

/** The texts of the commands; zdaemon lists only its own. */
export function helpTopics(flavour: Flavour): Topics {
  const topics: Topics = {};
  for (const [name, { aliases = [], help: text, ownHelp = text, isOwn }] of Object.entries(commandTable)) {
    if (isOwn && flavour === 'zdaemon') continue;
    // `?` and the empty word are not topics.
    for (const topic of [name, ...aliases])
      if (/^\w/.test(topic)) topics[topic] = flavour === 'zd' ? ownHelp : text;
  }
  return topics;
}

/** The table of `help`, called as zdaemon. */
export function listTopics(names: readonly string[]): string[] {
  const title = 'Documented commands (type help <topic>):';
  const rows = layOutColumns([...names].sort(), 79);
  return ['', title, '='.repeat(title.length), ...rows, ''];
}
