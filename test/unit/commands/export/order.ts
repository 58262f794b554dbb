import * as assert from 'uvu/assert';
import { targets } from '../../../../src/commands/export/targets';
import { configure, program, request } from '../../../helpers/export/request';
import { suite } from '../../../runner/guard';

const test = suite('the order of exported programs');

for (const isDirect of [true, false])
  test(`for systemd, the end of a program that runs once is waited for (${isDirect ? 'direct' : 'under zd'})`, () => {
    const units = unitsOf(isDirect);
    assert.match(units.setup, /^Type=oneshot\nRemainAfterExit=yes\nExecStart=/m);
    assert.not.match(units.setup, /^(NotifyAccess|TimeoutStartSec)=/m);
    assert.match(units.web, /^After=network\.target shop-setup\.service$/m);
    for (const name of ['web', 'alone'] as const) assert.not.match(units[name], /oneshot/, name);
  });

test('a line of a Procfile is started whatever the configuration says, and that is noted', () => {
  const programs = [
    program('a', configure({ autostart: 'off' })),
    program('b', configure({ disable: 'on' })),
    program('c', configure({})),
  ];
  for (const isDirect of [true, false]) {
    const { remarks } = targets.procfile!(request(programs, { fleet: 'shop', isDirect }));
    assert.equal(
      remarks.filter(line => line.includes('every line')),
      [
        'a: autostart = off: every line of a Procfile is started',
        'b: disable = on: every line of a Procfile is started',
      ],
    );
  }
});

function unitsOf(isDirect: boolean): Record<'setup' | 'web' | 'alone', string> {
  const programs = [
    program('setup', configure({ once: 'on' })),
    program('web', configure({ after: 'setup' })),
    program('alone', configure({ once: 'on' })),
  ];
  const { files } = targets.systemd!(request(programs, { fleet: 'shop', isDirect }));
  const texts = Object.fromEntries(
    files.map(({ name, text }) => [name.replace(/^shop-|\.service$/g, ''), text]),
  );
  return { setup: texts.setup ?? '', web: texts.web ?? '', alone: texts.alone ?? '' };
}

test.run();
