import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { answerRequest } from '../../../../src/manager/control/answer';
import { answerText } from '../../../../src/manager/control/answer-text';
import { parseStatusText } from '../../../../src/protocol/status-text';
import { FakeManager } from '../../../helpers/fake-manager';
import { suite } from '../../../runner/guard';

/* The requests and replies are zdaemon's. */

const test = suite('requests in text');
const up = () => new FakeManager();

async function ask(line: string, manager = up()): Promise<string> {
  const { text, more } = await answerText(line, manager);
  assert.not(more, 'one request, then the connection is closed');
  return text;
}

test('status is the block', async () => {
  assert.is(parseStatusText(await ask('status'))?.pid, 13057);
});

test('start reports whether the program is running, and requests a start in any case', async () => {
  const manager = up();
  assert.is(await ask('start', manager), 'Application already started\n');
  assert.equal(manager.asked, [['start', {}]]);
  assert.is(await ask('start', up().down('backoff', 'up')), 'Application started\n');
});

test('stop reports whether there is anything to stop', async () => {
  assert.is(await ask('stop'), 'Sent SIGTERM\n');
  assert.is(await ask('stop', up().down('backoff', 'up')), 'Sent SIGTERM\n');
  const idle = up().down('idle', 'down');
  assert.is(await ask('stop', idle), 'Application already stopped\n');
  assert.equal(idle.asked, [['stop']]);
});

test('restart reports whether a stop comes first', async () => {
  assert.is(await ask('restart'), 'Sent SIGTERM; will restart later\n');
  assert.is(await ask('restart', up().down('backoff', 'up')), 'Application started\n');
});

test('kill accepts a number; 15 by default', async () => {
  const manager = up();
  assert.is(await ask('kill', manager), 'Signal 15 sent\n');
  assert.is(await ask('kill 1', manager), 'Signal 1 sent\n');
  assert.is(await ask('kill +9 more', manager), 'Signal 9 sent\n');
  assert.equal(manager.asked, [
    ['kill', 15],
    ['kill', 1],
    ['kill', 9],
  ]);
});

test('kill refuses names, and reports why it failed', async () => {
  const manager = up();
  assert.is(await ask('kill CONT', manager), "Bad signal 'CONT'\n");
  assert.is(await ask("kill it's", manager), 'Bad signal "it\'s"\n');
  assert.is(await ask('kill 1e3', manager), "Bad signal '1e3'\n");
  assert.equal(manager.asked, []);
  manager.error = Object.assign(new Error('kill EINVAL'), { errno: -22, code: 'EINVAL' });
  assert.is(await ask('kill 1000', manager), 'Kill 1000 failed: invalid argument\n');
  manager.error = null;
  manager.sent = false;
  assert.is(await ask('kill', manager), 'Application not running\n');
});

test('reopen_transcript answers nothing, unless it failed', async () => {
  const manager = up();
  assert.is(await ask('reopen_transcript', manager), '');
  manager.error = Object.assign(new Error('x'), { errno: -13, code: 'EACCES' });
  assert.is(await ask('reopen_transcript', manager), 'Reopen failed: permission denied\n');
});

test('exit reports whether a stop comes first', async () => {
  const manager = up();
  assert.is(await ask('exit', manager), 'Sent SIGTERM; will exit later\n');
  assert.equal(manager.asked, [['exit']]);
  assert.is(await ask('exit', up().down('idle', 'down')), 'Exiting now\n');
  assert.is(await ask('exit', up().down('stopping', 'down')), 'Sent SIGTERM; will exit later\n');
});

test('help names every command', async () => {
  const text = await ask('help');
  for (const word of ['status', 'start', 'stop', 'restart', 'kill', 'reopen_transcript', 'exit', 'help'])
    assert.match(text, `  ${word} `);
});

test('words are split at white space, and case matters', async () => {
  assert.is(await ask('  kill \t 2  '), 'Signal 2 sent\n');
  assert.is(await ask('kill\r'), 'Signal 15 sent\n');
  assert.is(await ask('Status'), "Unknown command 'Status'; 'help' for a list\n");
});

test('a missing and an unknown command get the replies of zdaemon', async () => {
  assert.is(await ask(''), 'Empty command\n');
  assert.is(await ask('   '), 'Empty command\n');
  assert.is(await ask('x'), "Unknown command 'x'; 'help' for a list\n");
  assert.is(await ask('constructor'), "Unknown command 'constructor'; 'help' for a list\n");
  assert.is(await ask("it's\x1b[2J"), `Unknown command "it's\\x1b[2J"; 'help' for a list\n`);
});

test('any line of text is answered, by whole lines, and never throws', async () => {
  const word = fc.constantFrom(
    'status',
    'start',
    'stop',
    'restart',
    'kill',
    'reopen_transcript',
    'help',
    'exit',
  );
  const line = fc.oneof(
    fc.fullUnicodeString({ maxLength: 40 }),
    fc.tuple(word, fc.fullUnicodeString({ maxLength: 20 })).map(words => words.join(' ')),
  );
  return fc.assert(
    fc.asyncProperty(line, async text => {
      if (text.trimStart().startsWith('{')) return;
      const answer = await answerRequest(text, up());
      assert.ok(answer.text === '' || answer.text.endsWith('\n'));
    }),
    { numRuns: 5000 },
  );
});

test.run();
