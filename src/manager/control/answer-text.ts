import { quotePython } from '../../protocol/python';
import { describeReason } from '../../system/errors';
import type { Answer } from './connection';
import type { Requests } from './requests';

/** zdaemon's requests: words separated by white space, answered with zdaemon's replies. */
export function answerText(line: string, requests: Requests): Promise<Answer> | Answer {
  // A shortcut for the request that monitors send all day.
  if (line === 'status') return { text: requests.statusText(), more: false };
  const [command = '', argument] = line.trim().split(/\s+/);
  const reply = Object.hasOwn(replies, command) ? replies[command] : undefined;
  const text = reply
    ? reply(requests, argument)
    : `Unknown command ${quotePython(command)}; 'help' for a list\n`;
  return typeof text === 'string' ? { text, more: false } : text.then(late => ({ text: late, more: false }));
}

const HELP = `The manager understands these requests, one per line:
  status             what it and its program are doing
  start              start the program unless it is up
  stop               stop the program, then exit
  restart            stop the program, then start it again
  kill [number]      send a signal to the program (15 by default)
  reopen_transcript  reopen the transcript by its name
  exit               stop the program and exit, even with hang-around
  help               this list
A line that starts with { is a JSON-RPC 2.0 request.
`;

type Reply = (requests: Requests, argument: string | undefined) => Promise<string> | string;

const replies: Record<string, Reply> = {
  '': () => 'Empty command\n',
  status: requests => requests.statusText(),
  start: requests => {
    const { pid } = requests.brief();
    void requests.start({});
    return pid === null ? 'Application started\n' : 'Application already started\n';
  },
  stop: requests => {
    const { pid, wanted } = requests.brief();
    void requests.stop();
    return pid === null && wanted === 'down' ? 'Application already stopped\n' : 'Sent SIGTERM\n';
  },
  restart: requests => {
    const { pid } = requests.brief();
    void requests.restart({});
    return pid === null ? 'Application started\n' : 'Sent SIGTERM; will restart later\n';
  },
  kill: (requests, argument = '15') => killInText(argument, requests),
  reopen_transcript: reopenInText,
  help: () => HELP,
  exit: requests => {
    const { pid, state } = requests.brief();
    requests.exit();
    return pid === null && state !== 'stopping' ? 'Exiting now\n' : 'Sent SIGTERM; will exit later\n';
  },
};

async function killInText(argument: string, requests: Requests): Promise<string> {
  if (!/^[+-]?\d+$/.test(argument)) return `Bad signal ${quotePython(argument)}\n`;
  const signal = Number(argument);
  try {
    return (await requests.kill(signal)) ? `Signal ${signal} sent\n` : 'Application not running\n';
  } catch (error) {
    return `Kill ${signal} failed: ${describeReason(error)}\n`;
  }
}

/** zdaemon answers nothing at all, not even an error. */
function reopenInText(requests: Requests): string {
  try {
    requests.reopen();
    return '';
  } catch (error) {
    return `Reopen failed: ${describeReason(error)}\n`;
  }
}
