import { type ActionContext, complain, print } from '../../client/context';
import { findOrphan } from '../../client/orphan';
import { askManager, viewManager } from '../../client/view';
import { quotePython } from '../../protocol/python';
import { locateSocket } from '../../state/socket-path';
import { describeReason, ExitStatus } from '../../system/errors';
import { nameSignal, parseSignal } from '../../system/signals';

/**
 * `kill [signal]`: one signal to the program, not to its group.
 *
 * @param word name or number, `TERM` when empty
 * @returns the exit status; called as zdaemon always 0 (1.3, 37)
 */
export async function kill(context: ActionContext, word: string): Promise<number> {
  const status = await sendSignal(context, word || 'TERM');
  return context.flavour === 'zd' ? status : ExitStatus.done;
}

async function sendSignal(context: ActionContext, word: string): Promise<number> {
  const signal = parseSignal(word);
  if (signal === null) {
    const text = `invalid signal ${quotePython(word)}`;
    if (context.flavour === 'zd')
      complain(context, `${text}; use a name such as TERM or HUP, or a number from 1 to 64`);
    else print(context, text);
    return ExitStatus.usage;
  }
  const view = await viewManager(context);
  // A program goes on without its manager, and may be signalled as well: its identity has just been checked.
  const pid = view ? view.pid : findOrphan(context)?.program.pid;
  if (!pid) {
    print(context, 'daemon process not running');
    return ExitStatus.notRunning;
  }
  print(context, `kill(${pid}, ${signal})`);
  try {
    // Our manager signals its own child; the pid of another one's program is all there is.
    const socket = locateSocket(context.configuration.settings);
    if (view?.report) {
      const { sent } = (await askManager({ socket, clock: context.clock }, 'kill', { signal })) as {
        sent: boolean;
      };
      if (!sent) {
        print(context, 'daemon process not running');
        return ExitStatus.notRunning;
      }
    } else process.kill(pid, signal);
  } catch (error) {
    if (context.flavour === 'zd') complain(context, `cannot signal process ${pid}: ${describeReason(error)}`);
    else print(context, `Error: ${describeReason(error)}`);
    return ExitStatus.failed;
  }
  print(context, `signal ${nameSignal(signal)} sent to process ${pid}`);
  return ExitStatus.done;
}
