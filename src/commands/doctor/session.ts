import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { sleep } from '../../system/clock';
import { readText } from '../../system/files';
import { isAlive, readProcess } from '../../system/processes';
import type { Finding } from './finding';

const BUS_LIMIT_MS = 2000;
/** Some inits collect only every few seconds. */
const REAP_LIMIT_S = 5;
const PROBE_S = 0.05;

export interface LoginFacts {
  /** `/proc/self/cgroup`, whole. */
  cgroup: string;
  /** KillUserProcesses of logind; null = could not be found out. */
  killUserProcesses: boolean | null;
  /** Whether the user's own systemd goes on without a login. */
  lingers: boolean;
}

/**
 * Would the end of this login end the daemon? systemd keeps the processes of a login in a scope, and those of the
 * user's services below one manager of the user's (logind.conf(5), loginctl(1)).
 *
 * @param facts of this system, unless given
 */
export function examineLogin(facts: LoginFacts = readLoginFacts()): Finding {
  const { cgroup, killUserProcesses, lingers } = facts;
  const scope = /\/(session-[^/\n]+\.scope)/.exec(cgroup)?.[1];
  if (scope !== undefined) {
    if (killUserProcesses === false)
      return ok(`${scope}, and logging out ends nothing of it (KillUserProcesses=no)`);
    const doubt = killUserProcesses === null ? 'may end' : 'ends';
    const text = `this is ${scope}, and logging out ${doubt} all that is in it`;
    const remedy = 'loginctl enable-linger && systemd-run --user --scope zd … start';
    return { subject: 'logout', verdict: 'warning', text, remedy };
  }
  if (/\/user@\d+\.service/.test(cgroup) && !lingers) {
    const text = 'this belongs to the systemd of your user, which ends with your last login, and all in it';
    return { subject: 'logout', verdict: 'warning', text, remedy: 'loginctl enable-linger' };
  }
  return ok('a daemon started here outlives it');
}

/** Does process 1 collect what nobody else waits for? Found out with a process of our own. */
export async function examineOrphans(): Promise<Finding[]> {
  if (!existsSync('/proc/self/stat')) return [];
  // The inner shell ends before or after the outer one, which does not wait for it.
  const { stdout } = spawnSync('sh', ['-c', "sh -c 'exit 0' & echo $!"], { encoding: 'utf8' });
  const pid = Number(stdout);
  if (!pid) return [];
  for (let waited = 0; waited < REAP_LIMIT_S; waited += PROBE_S) {
    if (readProcess(pid) === null)
      return [{ subject: 'orphans', verdict: 'ok', text: 'process 1 collects them' }];
    await sleep(PROBE_S);
  }
  if (isAlive(readProcess(pid))) return [];
  const name = readText('/proc/1/comm').trim();
  const text = `process 1, ${name}, does not collect them; each leaves a zombie behind`;
  const remedy = 'have an init there, such as tini: docker run --init';
  return [{ subject: 'orphans', verdict: 'warning', text, remedy }];
}

function ok(text: string): Finding {
  return { subject: 'logout', verdict: 'ok', text };
}

function readLoginFacts(): LoginFacts {
  const cgroup = readText('/proc/self/cgroup');
  const scoped = cgroup.includes('/session-');
  return {
    cgroup,
    killUserProcesses: scoped ? askLogind() : null,
    lingers: existsSync(`/var/lib/systemd/linger/${userName()}`),
  };
}

/** Root is spared unless KillExcludeUsers says otherwise, so everybody is taken for somebody who is not. */
function askLogind(): boolean | null {
  const service = 'org.freedesktop.login1';
  const words = [
    'get-property',
    service,
    '/org/freedesktop/login1',
    `${service}.Manager`,
    'KillUserProcesses',
  ];
  const { stdout } = spawnSync('busctl', words, { encoding: 'utf8', timeout: BUS_LIMIT_MS });
  const answer = /^b (true|false)/.exec(stdout ?? '')?.[1];
  return answer === undefined ? readLogindFiles() : answer === 'true';
}

/** In the order in which later ones win. */
function readLogindFiles(): boolean | null {
  const folders = ['/usr/lib', '/run', '/etc'].map(top => `${top}/systemd/logind.conf.d`);
  const files = ['/etc/systemd/logind.conf', ...folders.flatMap(listFolder)];
  const values = files.flatMap(file => [...readText(file).matchAll(/^KillUserProcesses=(\w+)/gm)]);
  const last = values.at(-1)?.[1];
  return last === undefined ? null : /^(1|yes|true|on)$/i.test(last);
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map(name => `${folder}/${name}`);
  } catch {
    return [];
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
