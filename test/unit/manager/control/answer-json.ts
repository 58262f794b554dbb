import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { answerRequest } from '../../../../src/manager/control/answer';
import type { Reply } from '../../../../src/protocol/messages';
import { RpcError } from '../../../../src/protocol/rpc-error';
import { FakeManager } from '../../../helpers/fake-manager';
import { sampleReport } from '../../../helpers/sample-report';
import { suite } from '../../../runner/guard';

const test = suite('requests in JSON');

async function ask(request: unknown, manager = new FakeManager()): Promise<Reply> {
  const line = typeof request === 'string' ? request : JSON.stringify(request);
  const { text, more } = await answerRequest(line, manager);
  assert.ok(more, 'the connection stays for another request');
  assert.match(text, /^[^\n]+\n$/);
  return JSON.parse(text);
}

const call = (method: string, params?: unknown) => ({ jsonrpc: '2.0', id: 1, method, params });

test('status is the whole report', async () => {
  assert.equal(await ask(call('status')), { jsonrpc: '2.0', id: 1, result: sampleReport });
});

test('start and restart answer with the outcome', async () => {
  const manager = new FakeManager();
  const wanted = { jsonrpc: '2.0', id: 1, result: { outcome: 'started', pid: 7 } };
  assert.equal(await ask(call('start'), manager), wanted);
  assert.equal(await ask(call('restart', { patient: true, refresh: { args: ['x'] } }), manager), wanted);
  assert.equal(manager.asked, [
    ['start', { patient: false }],
    ['restart', { patient: true, refresh: { args: ['x'] } }],
  ]);
});

test('stop, wait, kill, reopen_transcript and exit are passed on', async () => {
  const manager = new FakeManager();
  const results: unknown[] = [];
  for (const request of [
    call('stop'),
    call('wait'),
    call('kill', { signal: 10 }),
    call('reopen_transcript'),
    call('exit'),
  ])
    results.push(((await ask(request, manager)) as { result: unknown }).result);
  assert.equal(results, [{ outcome: 'stopped' }, null, { sent: true }, null, null]);
  assert.equal(manager.asked, [['stop'], ['wait'], ['kill', 10], ['reopen'], ['exit']]);
});

test('an id may be a text or a number; anything else comes back as null', async () => {
  for (const id of ['a', '', 0, -1, 1.5, null]) assert.is((await ask({ ...call('status'), id })).id, id);
  for (const id of [true, {}, [1], undefined]) assert.is((await ask({ ...call('status'), id })).id, null);
});

test('invalid requests get the matching error', async () => {
  for (const [request, code] of [
    ['{', RpcError.parse],
    ['{"a": }', RpcError.parse],
    ['  {] ', RpcError.parse],
    ['{} {}', RpcError.parse],
    [{}, RpcError.invalidRequest],
    [{ ...call('status'), jsonrpc: '1.0' }, RpcError.invalidRequest],
    [{ ...call('status'), jsonrpc: 2 }, RpcError.invalidRequest],
    [{ ...call('status'), method: 5 }, RpcError.invalidRequest],
    [{ ...call('status'), method: ['status'] }, RpcError.invalidRequest],
    [call('nosuch'), RpcError.unknownMethod],
    [call('Status'), RpcError.unknownMethod],
    [call(''), RpcError.unknownMethod],
  ] as const) {
    const reply = await ask(request);
    assert.is('error' in reply && reply.error.code, code, JSON.stringify(request));
  }
});

test('inherited properties are not methods', async () => {
  for (const method of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf']) {
    const reply = await ask(call(method));
    assert.is('error' in reply && reply.error.code, RpcError.unknownMethod, method);
  }
});

test('an error of the manager is an error reply with the message of the system', async () => {
  const manager = new FakeManager();
  manager.error = Object.assign(new Error('kill EPERM'), { errno: -1, code: 'EPERM' });
  assert.equal(await ask(call('kill', { signal: 9 }), manager), {
    jsonrpc: '2.0',
    id: 1,
    error: { code: RpcError.failed, message: 'operation not permitted' },
  });
  manager.startOutcome = Promise.reject(new Error('x'));
  assert.equal(((await ask(call('start'), manager)) as { error: unknown }).error, {
    code: RpcError.failed,
    message: 'x',
  });
});

test('10,000 random requests get one line each and pollute no prototype', async () => {
  const key = fc.constantFrom(
    'jsonrpc',
    'id',
    'method',
    'params',
    'refresh',
    'signal',
    'patient',
    '__proto__',
    'constructor',
    'environment',
    'program',
    'stopTimeout',
    'exitCodes',
  );
  const leaf = fc.oneof(
    fc.constantFrom('2.0', 'start', 'restart', 'kill', 'status', 'upgrade', '/x', null, true, 9, -1, 1e308),
    fc.fullUnicodeString({ maxLength: 5 }),
    fc.double(),
  );
  const { value } = fc.letrec<{ value: unknown }>(tie => ({
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map(entries => ({ entries })),
    ),
  }));
  const request = fc.record({
    method: fc.constantFrom('start', 'restart', 'kill', 'upgrade', 'status', 'wait'),
    params: value,
  });
  const line = fc.oneof(
    request.map(
      ({ method, params }) => `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${write(params)}}`,
    ),
    fc.array(fc.tuple(key, value), { maxLength: 5 }).map(entries => write({ entries })),
    fc.fullUnicodeString().map(text => `{${text.replaceAll('\n', ' ')}`),
  );
  const lines = fc.sample(line, 10_000);
  for (const text of lines) await ask(text);
  assert.is(({} as Record<string, unknown>).program, undefined);
  assert.equal(Object.keys(Object.prototype), []);
});

/** JSON in which a key can occur twice, and `__proto__` is an ordinary key. */
function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const { entries } = value as { entries: [string, unknown][] };
  return `{${entries.map(([name, inner]) => `"${name}":${write(inner)}`).join()}}`;
}

test.run();
