import type { Method, Reply } from '../../protocol/messages';
import type { ReadParams } from '../../protocol/output-lines';
import { RpcError } from '../../protocol/rpc-error';
import { describeReason } from '../../system/errors';
import type { Answer } from './connection';
import {
  checkApplyParams,
  checkAttachParams,
  checkGroup,
  checkOutputParams,
  checkReadParams,
  checkResizeParams,
  checkSendParams,
  checkSignal,
  checkStartParams,
  checkStatusParams,
  checkStopParams,
  checkSubscribeParams,
  checkUpgradeParams,
  InvalidParams,
  readUser,
} from './params';
import type { Requests } from './requests';

/** Answers a JSON-RPC 2.0 request (docs/protocol.rst); synchronously if the answer does not require waiting. */
export function answerJson(line: string, requests: Requests): Promise<Answer> | Answer {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    return reply(failure(null, RpcError.parse, 'not valid JSON'));
  }
  const { jsonrpc, id: givenId, method, params } = request as Record<string, unknown>;
  const id = typeof givenId === 'string' || typeof givenId === 'number' ? givenId : null;
  if (jsonrpc !== '2.0' || typeof method !== 'string') {
    const text = 'a request must have "jsonrpc": "2.0", a method and an id';
    return reply(failure(id, RpcError.invalidRequest, text));
  }
  if (!Object.hasOwn(methods, method)) {
    const text = `unknown method '${method}'; the methods are ${Object.keys(methods).join(', ')}`;
    return reply(failure(id, RpcError.unknownMethod, text));
  }
  try {
    if (method === 'subscribe') return subscribe(id, requests, params);
    if (method === 'attach') return attach(id, requests, params);
    const read = method === 'output' ? checkReadParams(params) : null;
    if (read) return readLines(id, requests, read);
    const result = methods[method as Method](requests, params);
    if (!(result instanceof Promise)) return reply(success(id, result));
    return result.then(
      value => reply(success(id, value)),
      error => reply(failed(id, error)),
    );
  } catch (error) {
    return reply(failed(id, error));
  }
}

const methods: Record<Method, (requests: Requests, params: unknown) => unknown> = {
  status: (requests, params) => requests.status(checkStatusParams(params)),
  start: (requests, params) => requests.start(checkStartParams(params)),
  stop: (requests, params) => requests.stop(checkStopParams(params)),
  restart: (requests, params) => requests.restart(checkStartParams(params)),
  kill: async (requests, params) => ({
    sent: await requests.kill(checkSignal(params), readUser(params), checkGroup(params)),
  }),
  pause: requests => requests.pause(),
  continue: requests => requests.continueProgram(),
  reload: (requests, params) => requests.reload(readUser(params)),
  run_now: (requests, params) => requests.runNow({ user: readUser(params) }),
  send: (requests, params) => requests.send(checkSendParams(params)),
  wait: requests => requests.wait(),
  history: requests => requests.history(),
  subscribe: requests => requests.status(),
  attach: requests => requests.status(),
  resize: (requests, params) => requests.visitors.resize(checkResizeParams(params)),
  output: (requests, params) => requests.output(checkOutputParams(params)),
  reopen_transcript: requests => requests.reopen(),
  apply: (requests, params) => requests.apply(checkApplyParams(params)),
  upgrade: (requests, params) => requests.upgrade(checkUpgradeParams(params)),
  exit: (requests, params) => requests.exit(readUser(params)),
};

type Id = Reply['id'];

/** After the answers of these, more lines follow. */
function subscribe(id: Id, requests: Requests, params: unknown): Answer {
  const { report, follow } = requests.subscribe(checkSubscribeParams(params));
  return { ...reply(success(id, report)), follow };
}

function attach(id: Id, requests: Requests, params: unknown): Answer {
  const { reply: visit, follow } = requests.visitors.attach(checkAttachParams(params));
  return { ...reply(success(id, visit)), follow };
}

function readLines(id: Id, requests: Requests, params: ReadParams): Answer {
  const { reply: lines, follow } = requests.read(params);
  return { ...reply(success(id, lines)), follow };
}

function reply(content: Reply): Answer {
  return { text: `${JSON.stringify(content)}\n`, more: true };
}

function success(id: Id, result: unknown): Reply {
  return { jsonrpc: '2.0', id, result: result ?? null };
}

function failed(id: Id, error: unknown): Reply {
  const code = error instanceof InvalidParams ? RpcError.invalidParams : RpcError.failed;
  return failure(id, code, describeReason(error));
}

function failure(id: Id, code: number, message: string): Reply {
  return { jsonrpc: '2.0', id, error: { code, message } };
}
