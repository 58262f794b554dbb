import { type ActionContext, complain, print } from '../../client/context';
import { nameProgram } from '../../client/preflight/places';
import { ExitStatus } from '../../system/errors';
import { explainSpawn } from '../../system/run/explain-spawn';
import { describeEnding, type Ending, parseSignal, shellStatus } from '../../system/signals';
import { quoteWords } from '../../system/words';
import { type ExactProgram, startExactly } from './exact-program';
import type { Recording } from './recording';

/**
 * Runs a program in the foreground, and passes SIGTERM and SIGHUP on to it.
 *
 * @param recording gets its output, too; null without a transcript
 * @returns its exit status, 128 + n when signal n killed it
 */
export async function runHere(
  context: ActionContext,
  program: ExactProgram,
  recording: Recording | null,
): Promise<number> {
  await recording?.beginRun();
  const { status, pid } = await run(context, program, recording);
  if (recording && pid !== null) await recording.ended(`pid ${pid} ${describeEnd(status)}`);
  return status;
}

interface End {
  status: number;
  /** Null if there was no process. */
  pid: number | null;
}

function run(context: ActionContext, program: ExactProgram, recording: Recording | null): Promise<End> {
  const { file, words, environment } = program;
  return new Promise(resolve => {
    let pid: number | null = null;
    const note = (number: number) => {
      pid = number;
      recording?.started(`pid ${number} started: ${quoteWords(words)}`);
    };
    const failed = (error: Error) => {
      const reason = explainSpawn(file, error, { args: words, environment });
      complain(context, `cannot run ${nameProgram([...words])}: ${reason}`);
      leave(ExitStatus.failed);
    };
    const ignore = () => {};
    let forward: (signal: NodeJS.Signals) => void = () => {};
    const leave = (status: number) => {
      process.off('SIGINT', ignore).off('SIGQUIT', ignore).off('SIGTERM', forward).off('SIGHUP', forward);
      resolve({ status, pid });
    };
    if (recording?.onTerminal) {
      const lost = 'its terminal was killed';
      forward = recording.startOnTerminal(program, {
        started: note,
        failed,
        ended(status) {
          if (status === null) complain(context, `${nameProgram([...words])} got SIGHUP, because ${lost}`);
          leave(status ?? ExitStatus.failed);
        },
      });
    } else {
      // It shares the terminal and the process group, so Ctrl-C reaches it directly. SIGTERM and SIGHUP are forwarded.
      const child = startExactly(program, failed, recording?.outputs);
      if (child.pid !== undefined) note(child.pid);
      forward = signal => void child.kill(signal);
      child.once('exit', (code, name) => {
        const ending: Ending = { code, signal: name === null ? null : parseSignal(name) };
        if (name === 'SIGINT') print(context, '');
        leave(shellStatus(ending));
      });
    }
    // With a listener, Ctrl-C does not end the client; it stays, because the client may learn of the Ctrl-C that ended
    // the program only after that end.
    context.interrupt.addEventListener('abort', ignore);
    process.on('SIGINT', ignore).on('SIGQUIT', ignore).on('SIGTERM', forward).on('SIGHUP', forward);
  });
}

function describeEnd(status: number): string {
  const ending = status > 128 ? { code: null, signal: status - 128 } : { code: status, signal: null };
  return `${ending.signal === null ? 'ended with' : 'was'} ${describeEnding(ending)}`;
}
