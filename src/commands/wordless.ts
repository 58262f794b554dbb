import type { ActionContext } from '../client/context';
import { status } from './inspect/status';

/**
 * What the commands do when no word follows them, which is how they are called nearly always: then there is nothing
 * to parse, and the parser is not even loaded. Start-up is what a command of a few milliseconds consists of, so each
 * loads no more than it needs.
 */
export const wordlessActions: Record<string, (context: ActionContext) => Promise<number>> = {
  '': context => status(context, { long: false, json: false }),
  logreopen: context => loadMore().logreopen(context),
  reopen_transcript: context => loadMore().reopenTranscript(context),
  restart: context => loadMore().restart(context, []),
  start: context => loadMore().start(context, []),
  status: context => status(context, { long: false, json: false }),
  stop: context => loadMore().stop(context),
  wait: context => loadMore().wait(context),
};

function loadMore(): typeof import('./wordless-bundle') {
  return require('./wordless-bundle');
}
