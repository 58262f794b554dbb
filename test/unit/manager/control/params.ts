import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import {
  checkOutputParams,
  checkSendParams,
  checkSignal,
  checkStartParams,
  checkUpgradeParams,
  InvalidParams,
  readUser,
} from '../../../../src/manager/control/params';
import { suite } from '../../../runner/guard';

const test = suite('params');

function refuses(check: () => unknown, what: string): void {
  assert.throws(
    check,
    (error: Error) => error instanceof InvalidParams && /^['"a-z].*[a-zA-Z0-9]$/.test(error.message),
    what,
  );
}

test('a start needs no parameters', () => {
  for (const params of [undefined, null, {}]) assert.equal(checkStartParams(params), { patient: false });
});

test('every setting of a refresh is adopted, and nothing else', () => {
  const refresh = {
    program: ['a', ''],
    args: [],
    environment: { A: '', __proto_: 'x' },
    backoffLimit: 0,
    forever: true,
    exitCodes: [0, -1],
    startTestProgram: null,
    startTimeout: 1.5,
    startSeconds: 0,
    stopTimeout: 0,
    hangAround: false,
  };
  const given = { patient: true, refresh: { ...refresh, socket: '/x', user: 'root', umask: 0 }, more: 1 };
  assert.equal(checkStartParams(given), { patient: true, refresh });
});

test('what is sent is base64 of at most 64 KiB', () => {
  const most = Buffer.alloc(65_536, 7).toString('base64');
  const plain = { enter: false, eof: false, keys: false };
  assert.equal(checkSendParams({ data: most }), { data: most, ...plain });
  assert.equal(checkSendParams({ data: '', eof: true, enter: 1, pid: 7, user: 'ann' }), {
    data: '',
    ...plain,
    eof: true,
    pid: 7,
    user: 'ann',
  });
  for (const params of [null, {}, { data: 1 }, { data: 'a b' }, { data: 'ä' }, { data: '', pid: 'x' }])
    refuses(() => checkSendParams(params), JSON.stringify(params));
  refuses(() => checkSendParams({ data: Buffer.alloc(65_537 + 2).toString('base64') }), 'too much');
});

test('only true is patient', () => {
  for (const patient of [1, 'true', {}, null]) assert.not(checkStartParams({ patient }).patient);
});

test('a wrong type is refused in one sentence', () => {
  for (const refresh of [
    null,
    [],
    'x',
    { program: 'sleep 1' },
    { program: [1] },
    { args: ['a\0b'] },
    { args: null },
    { environment: [] },
    { environment: { A: 1 } },
    { environment: { A: 'x\0' } },
    { environment: { 'A=B': 'x' } },
    { environment: { '': 'x' } },
    { backoffLimit: -1 },
    { backoffLimit: '3' },
    { backoffLimit: null },
    { stopTimeout: Number.NaN },
    { startSeconds: Number.POSITIVE_INFINITY },
    { startTimeout: -0.1 },
    { exitCodes: [0.5] },
    { exitCodes: 0 },
    { forever: 1 },
    { hangAround: 'on' },
    { startTestProgram: 'x' },
  ])
    refuses(() => checkStartParams({ refresh }), JSON.stringify(refresh));
  for (const params of [[], 'x', 5, true]) refuses(() => checkStartParams(params), JSON.stringify(params));
});

test('a variable can have the name of an inherited property', () => {
  const params = JSON.parse('{"refresh": {"environment": {"__proto__": "x", "constructor": "y"}}}');
  const { environment = {} } = checkStartParams(params).refresh ?? {};
  assert.equal(Object.entries(environment), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  assert.is(Object.getPrototypeOf(environment), Object.prototype);
});

test('inherited settings are ignored', () => {
  const refresh = Object.create({ forever: true });
  assert.equal(checkStartParams({ refresh }), { patient: false, refresh: {} });
});

test('the name of a user is a short text, and anything else is ignored', () => {
  assert.equal(checkStartParams({ user: 'ann' }), { patient: false, user: 'ann' });
  for (const user of ['', 'x'.repeat(65), 5, null, ['ann']]) assert.is(readUser({ user }), undefined);
  for (const params of [undefined, null, 5, 'x', []]) assert.is(readUser(params), undefined);
});

test('a position in the output is a whole number', () => {
  assert.equal(checkOutputParams(undefined), { wait: false });
  assert.equal(checkOutputParams({ after: 0, wait: true }), { after: 0, wait: true });
  for (const after of [-1, 1.5, '3', null, 2 ** 60])
    refuses(() => checkOutputParams({ after }), String(after));
});

test('a signal is a whole number from 1 to 64', () => {
  for (const signal of [1, 15, 64]) assert.is(checkSignal({ signal }), signal);
  for (const signal of [0, 65, -9, 1.5, '15', 'TERM', null, undefined, Number.NaN, [15]])
    refuses(() => checkSignal({ signal }), String(signal));
  for (const params of [undefined, null, 15, [15]]) refuses(() => checkSignal(params), String(params));
});

test('an upgrade names its Node and its file by absolute paths', () => {
  const good = { execPath: '/usr/bin/node', script: '/x/manager.js' };
  assert.equal(checkUpgradeParams({ ...good, more: 1 }), good);
  assert.equal(checkUpgradeParams({ ...good, order: { a: 1 } }), { ...good, order: { a: 1 } });
  for (const bad of [
    { execPath: 'node' },
    { script: './x' },
    { script: 5 },
    { execPath: '/a\0' },
    { order: [] },
  ])
    refuses(() => checkUpgradeParams({ ...good, ...bad }), JSON.stringify(bad));
});

test('anything else is refused or accepted, and never crashes', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom('program', 'environment', 'exitCodes', 'stopTimeout'),
      (value, key) => {
        for (const params of [value, { refresh: value }, { refresh: { [key]: value } }]) {
          try {
            checkStartParams(params);
          } catch (error) {
            assert.instance(error, InvalidParams);
          }
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test.run();
