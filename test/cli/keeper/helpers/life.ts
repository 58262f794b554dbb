import { renameSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { report } from '../../../helpers/numbered-program';
import { isAlive, keeperOf, waitForEnd } from '../../../helpers/processes';
import { isWritten, until, waitForFile } from '../../../helpers/within';
import { type Behaviour, END_AS_TOLD, endAsTold, start, startScript } from './behaviour';

const STAYS = { 'hang-around': 'on', 'exit-codes': '0,1,2,7,-1' };

/** How a program ends, is ended, and is started again; and what a manager does for it. */
export const life: Behaviour[] = [
  {
    title: 'an exit code is reported',
    async check(place) {
      const pid = await startScript(place, END_AS_TOLD, STAYS);
      const { lastExit } = await endAsTold(place, pid, 7);
      assert.equal([lastExit?.code, lastExit?.signal], [7, null]);
    },
  },
  {
    title: 'a signal with a name is reported',
    async check(place) {
      const pid = await startScript(place, END_AS_TOLD, STAYS);
      const { lastExit } = await endAsTold(place, pid, -9);
      assert.equal([lastExit?.code, lastExit?.signal], [null, 9]);
    },
  },
  {
    title: 'a signal without a name is reported',
    async check(place) {
      const pid = await startScript(place, END_AS_TOLD, STAYS);
      const { lastExit } = await endAsTold(place, pid, -40);
      assert.equal([lastExit?.code, lastExit?.signal], [null, 40]);
    },
  },
  {
    title: 'the exit code is known although the manager was killed before',
    async check(place) {
      const pid = await startScript(place, END_AS_TOLD, STAYS);
      const { managerPid } = await report(place);
      process.kill(managerPid, 'SIGKILL');
      await waitForEnd(managerPid);
      assert.match((await place.zd('-C app.conf start')).stdout, `already running; pid=${pid}`);
      const { lastExit } = await endAsTold(place, pid, 7);
      assert.is(lastExit?.code, 7);
    },
  },
  {
    title: 'a manager that is killed is replaced without a command',
    async check(place) {
      const pid = await start(place, 'sleep 1000');
      const { managerPid } = await report(place);
      process.kill(managerPid, 'SIGKILL');
      await waitForEnd(managerPid);
      const { stdout } = await place.zd('status');
      assert.is(stdout, `program running; pid=${pid}\n`);
    },
  },
  {
    title: 'the parent of the program is a keeper',
    async check(place) {
      await start(place, 'sleep 1000');
      const { managerPid, keeperPid } = await report(place);
      assert.ok(keeperPid !== null && keeperPid === keeperOf(managerPid));
    },
  },
  {
    title: 'a program that exits early too often is given up',
    async check(place) {
      await start(place, 'sh -c "echo run >>runs; exit 3"', { 'backoff-limit': '2', 'hang-around': 'on' });
      const now = await until(30, 'the end of attempts', async () => {
        const seen = await report(place);
        return seen.state === 'idle' && seen;
      });
      assert.is(now.lastExit?.code, 3);
      assert.is(place.read('runs').split('\n').length - 1, 2);
    },
  },
  {
    title: 'a program that ignores SIGTERM is killed at stop-timeout',
    async check(place) {
      const pid = await start(place, `sh -c 'trap "" TERM; echo up; exec sleep 1000'`, {
        'stop-timeout': '1',
        'hang-around': 'on',
      });
      await waitForFile(place.path('log'), text => text === 'up\n');
      assert.is((await place.zd('-C app.conf stop')).status, 0);
      assert.not(isAlive(pid));
      assert.is((await report(place)).lastExit?.signal, 9);
    },
  },
  {
    title: 'a stop ends the rest of the session of the program',
    async check(place) {
      await start(place, `sh -c 'sleep 1001 & echo $$! >child; exec sleep 1000'`);
      const child = Number(await waitForFile(place.path('child'), text => text.endsWith('\n')));
      assert.is((await place.zd('-C app.conf stop')).status, 0);
      assert.not(isAlive(child));
    },
  },
  {
    title: 'a stop ends a daemon that has made a session of its own',
    async check(place) {
      const text = `import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
    open("daemon.new", "w").write(str(os.getpid()))
    os.rename("daemon.new", "daemon")
time.sleep(1000)
`;
      await startScript(place, text);
      const daemon = Number(await waitForFile(place.path('daemon'), isWritten));
      assert.is((await place.zd('-C app.conf stop')).status, 0);
      assert.not(isAlive(daemon));
    },
  },
  {
    title: 'the transcript is reopened',
    async check(place) {
      await place.exec(['mkfifo', 'gate']);
      await start(place, `sh -c 'echo one; read line <gate; echo two; exec sleep 1000'`);
      await waitForFile(place.path('log'), seen => seen === 'one\n');
      renameSync(place.path('log'), place.path('log.1'));
      assert.is((await place.zd('reopen_transcript')).status, 0);
      await place.exec(['sh', '-c', 'echo go >gate']);
      await waitForFile(place.path('log'), seen => seen === 'two\n');
      assert.is(place.read('log.1'), 'one\n');
    },
  },
  {
    title: 'an upgrade replaces the manager under the program',
    async check(place) {
      const pid = await startScript(place, END_AS_TOLD, STAYS);
      const before = await report(place);
      assert.is((await place.zd('-C app.conf upgrade')).status, 0);
      const after = await report(place);
      assert.equal([after.pid, after.state], [pid, 'running']);
      assert.is.not(after.managerPid, before.managerPid);
      assert.is((await place.zd('-C app.conf stop')).status, 0);
      assert.not(isAlive(pid));
    },
  },
];
