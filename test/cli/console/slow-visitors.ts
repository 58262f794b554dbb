import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import * as assert from 'uvu/assert';
import { type AttachReply, type OutputNotice, readOutput } from '../../../src/protocol/console';
import { SUBSCRIBER_BYTES } from '../../../src/protocol/events';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { report } from '../../helpers/numbered-program';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';
import { startConsole } from './helpers/visitor';

/* Visitors that read slowly, or not at all: nobody waits for them. */

const test = suite('slow visitors');
test.after.each(clearPlaces);

/** Bytes of a flood, and those for which a manager may grow besides what waits for a visitor. */
const FLOOD = 60 << 20;
const GROWTH_KIB = 16 << 10;
/** Writes numbered lines when a file is there, and counts them. */
const FLOODS = `import os, time
while not os.path.exists("go"): time.sleep(0.01)
line = b"x" * 62 + b"\\r\\n"
for i in range(${FLOOD >> 22}): 
    os.write(1, b"block %d\\r\\n" % i)
    for j in range(1024): os.write(1, line * 64)
os.write(1, b"all\\r\\n")
open("done", "w").close()
time.sleep(1000)
`;

for (const pty of ['on', 'off'])
  test.skipIf(
    keeperMissing,
    `with pty ${pty}, a visitor that does not read costs no output and no memory`,
    async () => {
      const place = makePlace();
      place.write('flood.py', FLOODS);
      await startConsole(place, `sh -c 'test ${pty} = off || stty raw; exec python3 flood.py'`, { pty });
      const visitor = new RawVisitor(place);
      await visitor.admitted();
      visitor.socket.pause();
      const { managerPid } = await report(place);
      const before = residentKiB(managerPid);
      place.write('go', '');
      await waitForFile(place.path('done'));
      await waitForFile(place.path('log'), text => text.endsWith('all\r\n'), 60);
      const growth = residentKiB(managerPid) - before;
      assert.ok(growth < GROWTH_KIB + (2 * SUBSCRIBER_BYTES) / 1024, `it grew by ${growth} KiB`);
      assert.is(place.read('log').length, expectedLength());
      // It gets what waits for it, then the last output and how much it has missed.
      visitor.socket.resume();
      const last = await until(30, 'the count of what is missing', () =>
        visitor.notices.find((notice): notice is Dropped => 'dropped' in notice),
      );
      assert.ok(Buffer.from(last.bytes, 'base64').toString().endsWith('all\r\n'));
      assert.is(visitor.length + last.dropped, expectedLength());
      visitor.socket.destroy();
    },
  );

test.skipIf(keeperMissing, 'a visitor that reads gets all output in order', async () => {
  const place = makePlace();
  await startConsole(place, `sh -c 'stty raw; read go; seq 20000; exec sleep 1000'`);
  const visitor = new RawVisitor(place);
  await visitor.admitted();
  await place.zd(['-C', 'app.conf', 'send', '--key', 'ctrl-j']);
  const wanted = `${Array.from({ length: 20000 }, (_, index) => index + 1).join('\n')}\n`;
  await until(30, 'the last line', () => visitor.text.endsWith('20000\n'));
  assert.ok(visitor.text.endsWith(wanted));
  visitor.socket.destroy();
});

type Dropped = Extract<OutputNotice, { dropped: number }>;

/** A visitor without a terminal. */
class RawVisitor {
  readonly socket: Socket;
  readonly notices: OutputNotice[] = [];
  reply: AttachReply | null = null;

  constructor(place: Place) {
    const request = { jsonrpc: '2.0', id: 1, method: 'attach', params: { types: false } };
    this.socket = connect(place.path('zdsock'), () => this.socket.write(`${JSON.stringify(request)}\n`));
    let rest = '';
    this.socket.setEncoding('utf8').on('data', chunk => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#take(line);
    });
  }

  /** What it has got as new output. */
  get text(): string {
    const pieces = this.notices.flatMap(one => ('bytes' in one && !('dropped' in one) ? [one.bytes] : []));
    return Buffer.concat(pieces.map(piece => Buffer.from(piece, 'base64'))).toString();
  }

  get length(): number {
    return this.text.length;
  }

  admitted(): Promise<AttachReply> {
    return until(30, 'the reply to attach', () => this.reply);
  }

  #take(line: string): void {
    const notice = readOutput(line);
    if (notice) this.notices.push(notice);
    else this.reply ??= JSON.parse(line).result;
  }
}

function expectedLength(): number {
  const blocks = FLOOD >> 22;
  const heads = Array.from({ length: blocks }, (_, index) => `block ${index}\r\n`.length);
  return heads.reduce((sum, length) => sum + length, 'all\r\n'.length) + blocks * 1024 * 64 * 64;
}

function residentKiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

test.run();
