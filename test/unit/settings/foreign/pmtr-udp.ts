import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { formatReportDatagram, parseControlDatagram } from '../../../../src/settings/foreign/pmtr/udp';
import { suite } from '../../../runner/guard';

const test = suite("pmtr's datagrams");
const job = { name: 'web', isEnabled: true, seconds: 12.9, pid: 42, command: '/bin/web' };

test('a report has a line for the machine and one for each job', () => {
  assert.is(
    formatReportDatagram('host', null, [job, { ...job, name: 'db', isEnabled: false, pid: 0, seconds: -1 }]),
    'report host\nweb e 12 42 /bin/web\ndb d 0 0 /bin/web\n',
  );
  assert.is(formatReportDatagram('host', '10.0.0.1', []), 'report host 10.0.0.1\n');
});

test('a report fits into a datagram, and ends with a whole line', () => {
  const text = formatReportDatagram('host', null, Array(5000).fill({ ...job, command: '/bin/é' }));
  assert.ok(Buffer.byteLength(text) <= 65_507);
  assert.ok(text.endsWith(' /bin/é\n'));
});

test('a control datagram can mix both verbs, with any blanks', () => {
  assert.equal(parse('enable a  b disable c\n'), [
    { verb: 'enable', name: 'a' },
    { verb: 'enable', name: 'b' },
    { verb: 'disable', name: 'c' },
  ]);
  assert.equal(parse('enable'), []);
});

test('a datagram that begins with anything else is none', () => {
  for (const text of ['', ' ', 'a', 'start a', 'x enable a', 'Enable a']) assert.is(parse(text), null);
});

test('any bytes are read without an error, and nothing but enable and disable comes of them', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 3000 }),
      fc.constantFrom('', 'enable ', 'disable '),
      (bytes, head) => {
        const found = parseControlDatagram(Buffer.concat([Buffer.from(head), bytes])) ?? [];
        assert.ok(found.length <= 1000);
        for (const { verb, name } of found) {
          assert.ok(verb === 'enable' || verb === 'disable');
          assert.not.match(name, /[ \r\n\t\0]/);
        }
      },
    ),
  );
});

function parse(text: string) {
  return parseControlDatagram(Buffer.from(text));
}

test.run();
