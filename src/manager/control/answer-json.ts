import type { Method, Reply } from '../../protocol/messages';
import { RpcError } from '../../protocol/messages';
import { describeReason } from '../../system/errors';
import type { Answer } from './connection';
import { asksForLines, checkSignal, checkStartParams, checkUpgradeParams, InvalidParams } from './params';
import type { Requests } from './requests';
/** Answers a JSON-RPC 2.0 request (docs/protocol.rst). */
export async function answerJson(line: string, requests: Requests): Promise<Answer> {
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
