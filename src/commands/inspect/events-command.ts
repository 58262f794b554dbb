import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import { events } from './events';

export class EventsCommand extends ZdCommand {
  static override paths = pathsOf('events');

  static override usage = pageOf('events', {
    details: `
      Prints what happens to the program, one line each, as it happens: starts, exits, restarts, readiness, failures, and
      faults of the transcript. With --json, each line is an object (docs/history.rst). It follows a manager that is
      replaced, and ends when the manager leaves. Ctrl-C ends it.

      With many programs these are the events of all, until the last manager has left.

      Exit status: 0 the manager has left; 3 there is none.
    `,
    examples: [
      ['watch it', 'zd -C app.conf events'],
      ['for scripts', 'zd -C app.conf events --json | while read -r event; do ...; done'],
    ],
  });

  json = Option.Boolean('--json', false, { description: 'print an object on each line' });

  run(context: ActionContext) {
    return events(context, this.json);
  }
}
