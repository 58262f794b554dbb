import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { carriesRootsOrders } from '../../../../src/client/preflight/orders';
import { checkText, checkTrust } from '../../../../src/client/preflight/trust';
import { parseArguments } from '../../../../src/settings/argv';
import { resolveConfiguration } from '../../../../src/settings/resolve';
import type { Configuration } from '../../../../src/settings/settings';
import { checkStateFolder } from '../../../../src/state/folder';
import { trustedUsers } from '../../../../src/system/trust/root';
import { refuseForeign } from '../../../../src/system/trust/trusted-file';
import { findUser } from '../../../../src/system/users';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

const test = suite('trust');
const rootOnly = process.getuid?.() !== 0 && 'needs root';

const SELF = [process.getuid?.() ?? 0];

test('a state folder of ours that only we can write is fine', () => {
  checkStateFolder(make('state', 0o700), SELF);
});

test('one that group or world can write is not, unless that is wanted', () => {
  for (const mode of [0o720, 0o702, 0o777]) {
    const folder = make('state', mode);
    assert.throws(() => checkStateFolder(folder, SELF), new RegExp(`chmod 700 ${folder}`));
    checkStateFolder(folder, SELF, true);
  }
});

test('a symlink or a file is none, whatever is wanted', () => {
  const folder = make('state', 0o700);
  symlinkSync(folder, `${folder}-link`);
  writeFileSync(`${folder}-file`, '');
  for (const path of [`${folder}-link`, `${folder}-file`])
    for (const insecure of [false, true])
      assert.throws(
        () => checkStateFolder(path, SELF, insecure),
        /it is not a folder; use -s with another path/,
      );
});

test.skipIf(rootOnly, 'root trusts a file by its bits, and its folder unless it is sticky', () => {
  const folder = make('conf', 0o755);
  const file = join(folder, 'app.conf');
  writeFileSync(file, '');
  for (const [fileMode, folderMode, isTrusted] of [
    [0o644, 0o755, true],
    [0o664, 0o755, true],
    [0o646, 0o755, false],
    [0o644, 0o777, false],
    [0o644, 0o775, true],
    [0o644, 0o1777, true],
  ] as const) {
    chmodSync(file, fileMode);
    chmodSync(folder, folderMode);
    const check = () => checkTrust(configure(file));
    if (isTrusted) check();
    else
      assert.throws(check, /as root: others can write to it \(mode \d+\); chmod go-w .*, or use --insecure/);
    checkTrust(configure(file, { insecure: true }));
  }
});

test.skipIf(
  rootOnly,
  'a group other than that of root may not write to the file; to its folder it may',
  () => {
    const { folder, file } = makeConfiguration();
    chownSync(folder, 0, STRANGER);
    chmodSync(folder, 0o2775);
    checkTrust(configure(file));
    chownSync(file, 0, STRANGER);
    chmodSync(file, 0o775);
    assert.throws(() => checkTrust(configure(file)), new RegExp(`${file} as root: others can write to it`));
    chmodSync(file, 0o755);
    checkTrust(configure(file));
  },
);

test.skipIf(rootOnly, 'file, folder and symlink are to belong to root', () => {
  const { folder, file } = makeConfiguration();
  const link = join(make('links', 0o755), 'app.conf');
  symlinkSync(file, link);
  for (const [path, what, mend] of [
    [file, 'the configuration', 'chown'],
    [folder, 'the folder of the configuration', 'chown'],
    [link, 'the configuration', 'chown -h'],
    [dirname(link), 'the folder of the configuration', 'chown'],
  ] as const) {
    lchownSync(path, STRANGER, 0);
    assert.is(
      refusal(link),
      `cannot trust ${what} ${path} as root: it belongs to uid ${STRANGER}, who can write to it; ${mend} root ${path}, set user, or use --insecure`,
    );
    checkTrust(configure(link, { insecure: true }));
    lchownSync(path, 0, 0);
    checkTrust(configure(link));
  }
});

test.skipIf(rootOnly, 'what belongs to the configured user is trusted, and no unknown user is', () => {
  const { folder, file } = makeConfiguration();
  const { uid, name } = findUser('nobody');
  for (const path of [file, folder]) chownSync(path, uid, 0);
  for (const user of [name, String(uid)]) checkTrust(configure(file, { user }));
  for (const user of [null, 'root', 'no-such-user'])
    assert.throws(() => checkTrust(configure(file, { user })), new RegExp(`it belongs to uid ${uid}`));
});

test.skipIf(rootOnly, 'whom Node belongs to is trusted, for his code runs as root already', () => {
  const { folder, file } = makeConfiguration();
  const node = join(folder, 'node');
  writeFileSync(node, '');
  for (const path of [file, folder, node]) chownSync(path, STRANGER, 0);
  const usual = process.execPath;
  try {
    process.execPath = node;
    checkTrust(configure(file));
  } finally {
    process.execPath = usual;
  }
});

/** A uid that no user has. */
const STRANGER = 54321;

function makeConfiguration(): { folder: string; file: string } {
  const folder = make('conf', 0o755);
  const file = join(folder, 'app.conf');
  writeFileSync(file, '', { mode: 0o644 });
  return { folder, file };
}

for (const name of ['app.conf', 'more.conf']) {
  test.skipIf(rootOnly, `what was read as ${name} is not trusted for what is there afterwards`, () => {
    const folder = make('conf', 0o755);
    const [main, more] = [join(folder, 'app.conf'), join(folder, 'more.conf')];
    writeFileSync(main, '%include more.conf\n<runner>\n  program true\n</runner>\n', { mode: 0o644 });
    writeFileSync(more, '', { mode: 0o644 });
    const configuration = resolveConfiguration({ argv: parseArguments(['-C', main, 'start']) });
    checkText(configuration);
    writeFileSync(join(folder, 'other'), '', { mode: 0o644 });
    renameSync(join(folder, 'other'), join(folder, name));
    assert.throws(
      () => checkText(configuration),
      /as root: it was removed or replaced meanwhile; try again$/,
    );
  });
}

for (const [what, take] of Object.entries({
  'is gone': unlinkSync,
  'became a folder': (path: string) => {
    unlinkSync(path);
    mkdirSync(path);
  },
  'became a dangling symlink': (path: string) => {
    unlinkSync(path);
    symlinkSync('none', path);
  },
})) {
  test.skipIf(rootOnly, `nothing is trusted in place of a stranger's text that ${what} by now`, () => {
    const folder = make('conf', 0o1777);
    const [main, more] = [join(folder, 'app.conf'), join(folder, 'more.conf')];
    const orders = '<runner>\n  program true\n</runner>\n';
    for (const [path, others, text] of [
      [main, null, orders],
      [more, main, `%include more.conf\n${orders}`],
    ] as const) {
      if (others) writeFileSync(others, text, { mode: 0o644 });
      writeFileSync(path, others ? '' : text);
      chownSync(path, STRANGER, STRANGER);
      const configuration = resolveConfiguration({ argv: parseArguments(['-C', main, 'start']) });
      take(path);
      assert.throws(() => checkText(configuration), /as root: it was removed or replaced meanwhile/);
      assert.is(carriesRootsOrders(configuration), false);
      rmSync(path, { recursive: true, force: true });
    }
  });
}

test.skipIf(rootOnly, 'a program that is gone for the moment is not trusted either', () => {
  const program = join(make('bin', 0o1777), 'program');
  assert.throws(() => refuseForeign('the program', program, trustedUsers()), /removed or replaced meanwhile/);
});

test.skipIf(rootOnly, 'nor is an include that a user replaced by one that this user can read', () => {
  const user = findUser('nobody');
  const folder = make('conf', 0o755);
  chmodSync(dirname(folder), 0o755);
  chownSync(folder, user.uid, user.gid);
  const [main, more, secret] = ['app.conf', 'more.conf', 'secret'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(main, '%include more.conf\n<runner>\n  program true\n  user nobody\n</runner>\n');
  writeFileSync(secret, '', { mode: 0o600 });
  symlinkSync('secret', more);
  for (const path of [main, more]) lchownSync(path, user.uid, user.gid);
  const configuration = resolveConfiguration({ argv: parseArguments(['-C', main, 'start']) });
  writeFileSync(join(folder, 'other'), '');
  renameSync(join(folder, 'other'), more);
  assert.throws(() => checkText(configuration), /included file .* was removed or replaced meanwhile/);
});

function refusal(file: string): string {
  try {
    checkTrust(configure(file));
  } catch (error) {
    return (error as Error).message;
  }
  return 'no refusal';
}

function make(name: string, mode: number): string {
  const folder = join(makeTemporaryFolder(), name);
  mkdirSync(folder);
  chmodSync(folder, mode);
  return folder;
}

function configure(file: string, own: { insecure?: boolean; user?: string | null } = {}): Configuration {
  const none = { user: null, program: [], startTestProgram: null, directory: null };
  const settings = { insecure: false, steps: null, ...none, ...own };
  return { settings, environment: {}, file, paths: [file], identities: {} } as unknown as Configuration;
}

test.run();
