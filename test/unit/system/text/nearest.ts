import * as assert from 'uvu/assert';
import { nearestName } from '../../../../src/system/text/nearest';
import { suite } from '../../../runner/guard';

const test = suite('nearest name');

test('two letters in the wrong order are one edit', () => {
  assert.is(nearestName('strat', ['start', 'status'], 1), 'start');
  assert.is(nearestName('sotp', ['stop'], 1), 'stop');
  assert.is(nearestName('abdc', ['abcd'], 1), 'abcd');
});

test('a missing, a surplus and a wrong letter are one edit each', () => {
  for (const wrong of ['prgram', 'proogram', 'programm', 'brogram'])
    assert.is(nearestName(wrong, ['program'], 1), 'program');
  assert.is(nearestName('prgrm', ['program'], 1), null);
  assert.is(nearestName('prgrm', ['program'], 2), 'program');
});

test('the nearest of several wins, and of equals the first', () => {
  assert.is(nearestName('stap', ['start', 'stop', 'step']), 'stop');
  assert.is(nearestName('umaks', ['user', 'umask']), 'umask');
});

test('what is far from everything is near to nothing', () => {
  assert.is(nearestName('x', ['start', 'stop']), null);
  assert.is(nearestName('', ['a']), 'a');
});

test.run();
