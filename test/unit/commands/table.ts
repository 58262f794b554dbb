import * as assert from 'uvu/assert';
import { commandClasses, listFlags } from '../../../src/commands/clipanion';
import { commandNames, commandTable, findCommand } from '../../../src/commands/table';
import { suite } from '../../runner/guard';

const test = suite('table of commands');

test('every command of the table has a page, and every page a command', () => {
  const paths = commandClasses.flatMap(({ paths }) => paths.map(path => path[0] ?? ''));
  const words = Object.entries(commandTable).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
  assert.equal(paths.sort(), words.sort());
  for (const { usage, paths } of commandClasses) assert.ok(usage?.description, String(paths[0]));
});

test('a name and each of its aliases find the same record', () => {
  for (const [name, { aliases = [] }] of Object.entries(commandTable))
    for (const word of [name, ...aliases]) assert.is(findCommand(word)?.name, name);
  for (const word of ['nosuch', 'toString', '__proto__']) assert.is(findCommand(word), null);
  assert.not(commandNames.includes(''));
});

test('the flags that zdaemon has are among those of the command', () => {
  for (const [name, { zdaemonFlags = [] }] of Object.entries(commandTable))
    for (const flag of zdaemonFlags) assert.ok(listFlags(name).includes(flag), `${name} ${flag}`);
});

test.run();
