import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { promptWordsOf } from '../../../../src/cli/prompt/commands';
import { completeLine } from '../../../../src/cli/prompt/completion';
import { helpTopics } from '../../../../src/commands/help/help';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

const completion = suite('completion');
const complete = (line: string) => completeLine(line, 'zd')[0];

completion('The first word is a command, those of the prompt included', () => {
  assert.equal(complete('sta'), ['start ', 'status ']);
  assert.equal(completeLine('  rel', 'zdaemon')[0], ['reload ']);
  assert.equal(complete('  shel'), ['shell ']);
  assert.equal(complete('x'), []);
  for (const name of ['EOF ', 'fg ', 'kill ', 'quit ', 'shell ', 'wait '])
    assert.ok(complete('').includes(name));
});

completion('What is replaced is the word at the cursor', () => {
  assert.equal(completeLine('help sto', 'zd'), [['stop '], 'sto']);
  assert.equal(completeLine('show no', 'zd'), [['node ', 'no-new-privileges '], 'no']);
  assert.equal(completeLine('show ', 'zd')[0].slice(0, 3), ['options ', 'environment ', 'config ']);
});

completion('Signals are completed in the case that was begun, with and without SIG', () => {
  assert.equal(complete('kill US'), ['USR1 ', 'USR2 ']);
  assert.equal(complete('kill us'), ['usr1 ', 'usr2 ']);
  assert.equal(complete('kill SIGKI'), ['SIGKILL ']);
  assert.equal(complete('kill sigki'), ['sigkill ']);
  assert.equal(complete('kill Ki'), ['Kill ']);
  assert.equal(complete('kill nosuch'), []);
  assert.ok(complete('kill ').includes('HUP '));
});

completion('Other commands have the words that mean something to them', () => {
  assert.equal(complete('status -'), ['-l ', '-v ', '--verbose ', '--watch ', '--ready ', '--json ']);
  assert.equal(completeLine('status ', 'zdaemon')[0], ['-l ']);
  assert.equal(completeLine('show p', 'zdaemon')[0], ['python ']);
  assert.equal(complete('logtail --no'), ['--no-follow ']);
  assert.equal(completeLine('reload --back', 'zdaemon')[0], ['--backoff-limit ']);
  assert.equal(complete('logtail --s'), ['--since ']);
  assert.equal(complete('reopen_transcript -'), ['--if-running ']);
  assert.equal(complete('stop --a'), ['--after-step ']);
  assert.equal(complete('wait --u'), ['--up ']);
  assert.equal(complete('nosuch '), []);
});

completion('help is offered for what there is help for', () => {
  for (const flavour of ['zd', 'zdaemon'] as const) {
    const [topics] = completeLine('help ', flavour);
    assert.equal(
      topics.filter(
        topic => !Object.hasOwn({ ...helpTopics(flavour), ...promptWordsOf(flavour).topics }, topic.trim()),
      ),
      [],
    );
    for (const topic of ['EOF ', 'quit ', 'stop ']) assert.ok(topics.includes(topic), topic);
  }
  assert.equal(complete('help exi'), ['exit ']);
  assert.equal(completeLine('help ex', 'zdaemon')[0], []);
  assert.equal(completeLine('help doc', 'zdaemon')[0], []);
});

completion('Files are completed by folder, quoted where needed; hidden ones only when begun', () => {
  const folder = makeTemporaryFolder();
  mkdirSync(join(folder, 'logs'));
  for (const name of ['logs/a b.log', 'logs/.hidden', "logs/it's", 'logs/bell\x07', 'lonely'])
    writeFileSync(join(folder, name), '');
  process.chdir(folder);
  assert.equal(complete('logtail lo'), ['logs/', 'lonely ']);
  assert.equal(complete('logtail logs/'), ['logs/a\\ b.log ', "logs/it\\'s "]);
  assert.equal(complete('logtail logs/a\\ '), ['logs/a\\ b.log ']);
  assert.equal(complete('logtail logs/.'), ['logs/.hidden ']);
  assert.equal(completeLine(`reload -C ${folder}/lon`, 'zdaemon')[0], [`${folder}/lonely `]);
  assert.equal(complete('logtail nosuch/'), []);
  process.chdir(join(import.meta.dirname, '../../../..'));
});

completion('for the shell, a name is escaped so that it is one word there', () => {
  const folder = makeTemporaryFolder();
  const names = ['a;id', 'a$(id)', 'a`id`', 'a&id', 'a|id', 'a>b', 'a*', 'a b', 'a~#!'];
  for (const name of names) writeFileSync(join(folder, name), '');
  for (const command of ['shell', '!']) {
    const words = complete(`${command} ${folder}/a`);
    const { stdout } = spawnSync('sh', ['-c', `printf '%s\\n' ${words.join(' ')}`], { encoding: 'utf8' });
    assert.equal(stdout.trim().split('\n').sort(), names.map(name => join(folder, name)).sort());
  }
  assert.equal(complete(`! ls ${folder}/a\\;`), [`${folder}/a\\;id `]);
});

completion('A word in quotes is left alone', () => {
  assert.equal(completeLine(`logtail "lo`, 'zd'), [[], '"lo']);
});

completion.run();
