import {
  type Method,
  type Reply,
  RpcError,
  type StartParams,
  type StatusReport,
  type UpgradeParams,
} from '../../protocol/messages';
import type { StartOutcome, StopOutcome, UpgradeOutcome } from '../../protocol/outcomes';
import { quotePython } from '../../protocol/python';
import { formatStatusText } from '../../protocol/status-text';
import { describeReason } from '../../system/errors';
import { asksForLines, checkSignal, checkStartParams, checkUpgradeParams, InvalidParams } from './params';
import type { Answer } from './server';

/** What a request can ask of the manager. Every promise settles; a rejection becomes an error reply. */
export interface Requests {
  /** @param withLines add the last lines the program said */
  status(withLines?: boolean): StatusReport;
  /** Begins at once; the promise waits for the outcome. */
  start(params: StartParams): Promise<StartOutcome>;
  stop(): Promise<StopOutcome>;
  restart(params: StartParams): Promise<StartOutcome>;
  /** @returns false when no program is up; throws the system's error */
  kill(signal: number): boolean;
  wait(): Promise<void>;
  reopen(): void;
  /** Has another manager take over; resolves when it has. */
  upgrade(params: UpgradeParams): Promise<UpgradeOutcome>;
  exit(): void;
}

/**
 * Answers one request line in the language it came in (docs/protocol.rst).
 *
 * @param line without its newline
 * @param requests the manager
 */
export function answerRequest(line: string, requests: Requests): Promise<Answer> | Answer {
  return line.trimStart().startsWith('{') ? answerJson(line, requests) : answerText(line, requests);
}

/** zdaemon's requests: words between white space, replies in its words (reference 1.11, 86). */
export function answerText(line: string, requests: Requests): Answer {
  const [command, argument] = line.trim().split(/\s+/);
  return { text: replyInText(command ?? '', argument, requests), more: false };
}

const HELP = `The manager understands, one request a line:
  status             what it and its program are doing
  start              start the program unless it is up
  stop               stop the program, then leave
  restart            stop the program, then start it again
  kill [number]      send the program a signal (15 when none is named)
  reopen_transcript  open the transcript again by its name
  exit               stop the program and leave, whatever hang-around says
  help               this list
A line that begins with { is a JSON-RPC 2.0 request.
`;

function replyInText(command: string, argument: string | undefined, requests: Requests): string {
  const { pid, wanted, state } = requests.status();
  switch (command) {
    case '':
      return 'Empty command\n';
    case 'status':
      return formatStatusText(requests.status());
    case 'start':
      void requests.start({});
      return pid === null ? 'Application started\n' : 'Application already started\n';
    case 'stop':
      void requests.stop();
      return pid === null && wanted === 'down' ? 'Application already stopped\n' : 'Sent SIGTERM\n';
    case 'restart':
      void requests.restart({});
      return pid === null ? 'Application started\n' : 'Sent SIGTERM; will restart later\n';
    case 'kill':
      return killInText(argument ?? '15', requests);
    case 'reopen_transcript':
      return reopenInText(requests);
    case 'help':
      return HELP;
    case 'exit':
      requests.exit();
      return pid === null && state !== 'stopping' ? 'Exiting now\n' : 'Sent SIGTERM; will exit later\n';
    default:
      return `Unknown command ${quotePython(command)}; 'help' for a list\n`;
  }
}

function killInText(argument: string, requests: Requests): string {
  if (!/^[+-]?\d+$/.test(argument)) return `Bad signal ${quotePython(argument)}\n`;
  const signal = Number(argument);
  try {
    return requests.kill(signal) ? `Signal ${signal} sent\n` : 'Application not running\n';
  } catch (error) {
    return `Kill ${signal} failed: ${describeReason(error)}\n`;
  }
}

/** zdaemon says nothing at all, not even that it failed. */
function reopenInText(requests: Requests): string {
  try {
    requests.reopen();
    return '';
  } catch (error) {
    return `Reopen failed: ${describeReason(error)}\n`;
  }
}

async function answerJson(line: string, requests: Requests): Promise<Answer> {
  const reply = await replyInJson(line, requests);
  return { text: `${JSON.stringify(reply)}\n`, more: true };
}

async function replyInJson(line: string, requests: Requests): Promise<Reply> {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    return fail(null, RpcError.parse, 'not valid JSON');
  }
  const { jsonrpc, id: givenId, method, params } = request as Record<string, unknown>;
  const id = typeof givenId === 'string' || typeof givenId === 'number' ? givenId : null;
  if (jsonrpc !== '2.0' || typeof method !== 'string') {
    return fail(id, RpcError.invalidRequest, 'a request has "jsonrpc": "2.0", a method and an id');
  }
  if (!Object.hasOwn(methods, method)) {
    return fail(
      id,
      RpcError.unknownMethod,
      `unknown method '${method}'; known are ${Object.keys(methods).join(', ')}`,
    );
  }
  try {
    return { jsonrpc: '2.0', id, result: (await methods[method as Method](requests, params)) ?? null };
  } catch (error) {
    const code = error instanceof InvalidParams ? RpcError.invalidParams : RpcError.failed;
    return fail(id, code, describeReason(error));
  }
}

const methods: Record<Method, (requests: Requests, params: unknown) => unknown> = {
  status: (requests, params) => requests.status(asksForLines(params)),
  start: (requests, params) => requests.start(checkStartParams(params)),
  stop: requests => requests.stop(),
  restart: (requests, params) => requests.restart(checkStartParams(params)),
  kill: (requests, params) => ({ sent: requests.kill(checkSignal(params)) }),
  wait: requests => requests.wait(),
  reopen_transcript: requests => requests.reopen(),
  upgrade: (requests, params) => requests.upgrade(checkUpgradeParams(params)),
  exit: requests => requests.exit(),
};

function fail(id: number | string | null, code: number, message: string): Reply {
  return { jsonrpc: '2.0', id, error: { code, message } };
}
