import { type ActionContext, addFacts, complain, print } from '../../client/context';
import { askManager, findSituation, viewOf } from '../../client/situation';
import * as zdaemonManager from '../../client/zdaemon-manager';
import { quotePython } from '../../protocol/python';
import { describeReason, ExitStatus, UserError } from '../../system/errors';
import { nameSignal, parseSignal } from '../../system/signals';
import { nameCaller } from '../../system/users';

/**
 * `kill [signal] [--group]`: sends one signal to the program, and not to its process group unless asked for.
 *
 * @param word name or number, `TERM` when empty
 * @param isForGroup whether the rest of its process group gets it too
 * @returns the exit status; called as zdaemon always 0 (zdaemon)
 */
export async function kill(context: ActionContext, word: string, isForGroup = false): Promise<number> {
  const status = await sendSignal(context, word || 'TERM', isForGroup);
  return context.flavour === 'zd' ? status : ExitStatus.done;
}

async function sendSignal(context: ActionContext, word: string, isForGroup: boolean): Promise<number> {
  const signal = parseSignal(word);
  if (signal === null) {
    const text = `invalid signal ${quotePython(word)}`;
    if (context.flavour === 'zd')
      complain(context, `${text}; use a name such as TERM or HUP, or a number from 1 to 64`);
    else print(context, text);
    return ExitStatus.usage;
  }
  const situation = await findSituation(context, 'signal');
  const view = viewOf(situation);
  // An orphaned program can be signalled too: its identity has just been checked.
  const pid = situation.kind === 'orphaned' ? situation.program.pid : view?.pid;
  if (!pid) {
    print(context, 'daemon process not running');
    return ExitStatus.notRunning;
  }
  print(context, `kill(${pid}, ${signal})`);
  try {
    // A manager signals its child itself: the pid that it reports is only shown.
    if (view?.report) {
      const { sent } = (await askManager(context, {}, 'kill', {
        signal,
        user: nameCaller(),
        ...(isForGroup ? { group: true } : {}),
      })) as { sent: boolean };
      if (!sent) {
        print(context, 'daemon process not running');
        return ExitStatus.notRunning;
      }
    } else if (view) await askZdaemon(context, signal, isForGroup);
    else process.kill(isForGroup ? -pid : pid, signal);
  } catch (error) {
    if (context.flavour === 'zd') complain(context, `cannot signal process ${pid}: ${describeReason(error)}`);
    else print(context, `Error: ${describeReason(error)}`);
    return ExitStatus.failed;
  }
  addFacts(context, { changed: true, signal: nameSignal(signal), pid });
  print(
    context,
    `signal ${nameSignal(signal)} sent to ${isForGroup ? 'the group of process' : 'process'} ${pid}`,
  );
  return ExitStatus.done;
}

/** @throws UserError with the reply, unless the signal was sent (zdaemon) */
async function askZdaemon(context: ActionContext, signal: number, isForGroup: boolean): Promise<void> {
  if (isForGroup) throw new UserError("its manager is zdaemon's, which signals the program alone");
  const reply = await zdaemonManager.send(context, `kill ${signal}`);
  if (!/^Signal \d+ sent$/.test(reply.trim()))
    throw new UserError(reply.trim() || 'the manager did not reply');
}
