import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { UsageError } from '../../../src/system/errors';
import { findUser, findUserToBecome, userEnvironment } from '../../../src/system/users';
import { suite } from '../../runner/guard';

const test = suite('users');
const root = { name: 'root', uid: 0, gid: 0 };
const self = process.getuid?.() ?? -1;

test('a user is found by name and by number', () => {
  for (const word of ['root', '0', '00']) {
    const { name, uid, gid } = findUser(word);
    assert.equal({ name, uid, gid }, root);
  }
});

test("an unknown user is reported with zdaemon's message", () => {
  for (const [word, message] of [
    ['nosuch-zd', "username 'nosuch-zd' not found"],
    ['', "username '' not found"],
    ['-r', "username '-r' not found"],
    ['ROOT', "username 'ROOT' not found"],
    ['4294967294', "uid '4294967294' not found"],
    ['99999999999999999999', "uid '99999999999999999999' not found"],
  ] as const)
    assert.throws(
      () => findUser(word),
      (error: Error) => error instanceof UsageError && error.message === message,
      word,
    );
});

test('no switch is necessary without a user, or for the current user', () => {
  assert.is(findUserToBecome(null), null);
  assert.is(findUserToBecome(String(self)), null);
});

test.skipIf(self === 0 && 'root can', 'only root can switch to another user', () => {
  assert.throws(
    () => findUserToBecome('root'),
    (error: Error) =>
      error instanceof UsageError && error.message === 'only root can use -u USER to change users',
  );
});

test.skipIf(
  self !== 0 && 'needs root',
  'root switches to the user permanently: group, groups and user',
  () => {
    const script = `
    const { becomeUser, findUser } = require('./src/system/users');
    becomeUser(findUser('nobody'));
    let back = 'possible';
    try { process.setuid(0); } catch { back = 'impossible'; }
    console.log(JSON.stringify([process.getuid(), process.getgid(), process.getgroups().includes(0), back]));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
      encoding: 'utf8',
    });
    assert.is(stderr, '');
    const { uid, gid } = findUser('nobody');
    assert.equal(JSON.parse(stdout), [uid, gid, false, 'impossible']);
  },
);

test('the login variables are those of the user', () => {
  const user = { name: 'ann', uid: 7, gid: 8, home: '/home/ann', shell: '/bin/zsh' };
  assert.equal(userEnvironment(user), { HOME: '/home/ann', USER: 'ann', LOGNAME: 'ann', SHELL: '/bin/zsh' });
});

test.run();
