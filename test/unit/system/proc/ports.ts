import { createServer } from 'node:net';
import * as assert from 'uvu/assert';
import { listMembers, readCommand } from '../../../../src/system/proc/members';
import { readPageSize } from '../../../../src/system/proc/page-size';
import { findPorts, formatPort, parseListeners } from '../../../../src/system/proc/ports';
import { readUsage } from '../../../../src/system/usage';
import { suite } from '../../../runner/guard';

const test = suite('what /proc shows of a program');
const noProc = process.platform !== 'linux' && 'needs /proc';

test('rows of the tables of sockets are read, IPv4 and IPv6', () => {
  const row = (address: string, state: string, inode: string) =>
    `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  0 0 ${inode} 1 0 100 0 0 10 0`;
  const table = [
    '  sl  local_address rem_address   st ...',
    row('00000000:07E8', '0A', '1'),
    row('0100007F:1F90', '0A', '2'),
    row('0100007F:1F91', '01', '3'),
    row('00000000000000000000000000000000:0050', '0A', '4'),
    row('00000000000000000000000001000000:0051', '0A', '5'),
    row('000080FE00000000FF005450E8170B60:0052', '0A', '6'),
    row('0000000000000000FFFF00000100007F:0053', '0A', '7'),
    row('B80D0120000000000000000001000000:0054', '0A', '8'),
  ];
  const found = parseListeners(table.join('\n'));
  assert.equal(
    found.map(one => `${one.inode} ${formatPort(one)}`),
    [
      '1 port 2024',
      '2 127.0.0.1:8080',
      '4 port 80',
      '5 [::1]:81',
      '6 [fe80::5054:ff:600b:17e8]:82',
      '7 127.0.0.1:83',
      '8 [2001:db8::1]:84',
    ],
  );
});

test.skipIf(noProc, 'the ports of this process are found, and those of others are not', async () => {
  const before = findPorts([process.pid]);
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      server =>
        new Promise<number>(resolve => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  const found = findPorts([process.pid]).filter(one => !before.some(({ port }) => port === one.port));
  assert.equal(
    found.map(formatPort),
    ports.sort((a, b) => a - b).map(port => `127.0.0.1:${port}`),
  );
  assert.equal(findPorts([]), []);
  for (const server of servers) server.close();
});

test.skipIf(noProc, 'the members of a program begin with it, and memory is that of the system', () => {
  const members = listMembers(process.pid);
  const [self] = members;
  assert.is(self?.pid, process.pid);
  assert.is(self?.depth, 0);
  assert.ok(readPageSize() >= 4096);
  const { memory } = readUsage(process.pid);
  const sum = members.reduce((total, one) => total + one.memory, 0);
  assert.ok(Math.abs(sum - (memory ?? 0)) < 0.2 * sum, `${sum} ${memory}`);
  assert.match(readCommand(self!), /node/);
  assert.equal(listMembers(2 ** 22 + 1), []);
});

test.run();
