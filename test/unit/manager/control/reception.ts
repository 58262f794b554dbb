import * as assert from 'uvu/assert';
import { Reception } from '../../../../src/manager/control/reception';
import { suite } from '../../../runner/guard';

const test = suite('reception');

test('requests wait, in order, until the manager knows what there is', async () => {
  let state = 'nothing';
  const asked: string[] = [];
  const reception = new Reception(line => {
    asked.push(line);
    return { text: `${line}: ${state}`, more: true };
  });
  const answers = ['status', 'stop'].map(line => reception.answer(line));
  assert.equal(asked, []);
  state = 'sweeping';
  reception.open();
  assert.equal(await Promise.all(answers), [
    { text: 'status: sweeping', more: true },
    { text: 'stop: sweeping', more: true },
  ]);
  assert.equal(asked, ['status', 'stop']);
  assert.equal(reception.answer('again'), { text: 'again: sweeping', more: true });
});

test.run();
