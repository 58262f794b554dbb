import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { sleep } from '../../system/clock';
import { readText } from '../../system/files';
import { isAlive, readProcess } from '../../system/processes';
import type { Finding } from './finding';

const BUS_LIMIT_MS = 2000;
/** Some init processes reap only every few seconds. */
const REAP_LIMIT_S = 5;
const PROBE_S = 0.05;

export interface LoginFacts {
  /** The text of `/proc/self/cgroup`. */
  cgroup: string;
  /** KillUserProcesses of logind; null = unknown. */
  killUserProcesses: boolean | null;
  /** Whether the user's systemd keeps running without a login. */
  lingers: boolean;
}

/**
 * Checks whether a logout would kill the daemon. systemd puts the processes of a login into a scope, and the user's
 * services under that user's systemd manager (logind.conf(5), loginctl(1)).
 *
 * @param facts default to those of this system
 */
export function examineLogin(facts: LoginFacts = readLoginFacts()): Finding {
  const { cgroup, killUserProcesses, lingers } = facts;
  const scope = /\/(session-[^/\n]+\.scope)/.exec(cgroup)?.[1];
  if (scope !== undefined) {
    if (killUserProcesses === false)
      return ok(`${scope}, and logging out kills nothing in it (KillUserProcesses=no)`);
    const doubt = killUserProcesses === null ? 'may kill' : 'kills';
    const text = `this is ${scope}, and logging out ${doubt} everything in it`;
    const remedy = 'loginctl enable-linger && systemd-run --user --scope zd … start';
    return { subject: 'logout', verdict: 'warning', text, remedy };
  }
  if (/\/user@\d+\.service/.test(cgroup) && !lingers) {
    const text = 'this runs under the systemd of your user, which stops everything when your last login ends';
    return { subject: 'logout', verdict: 'warning', text, remedy: 'loginctl enable-linger' };
  }
  return ok('a daemon started here survives it');
}

/** Checks whether process 1 reaps processes whose parent is dead, by orphaning one. */
export async function examineOrphans(): Promise<Finding[]> {
  if (!existsSync('/proc/self/stat')) return [];
  // The outer shell does not wait for the inner one, which may exit before or after it.
  const { stdout } = spawnSync('sh', ['-c', "sh -c 'exit 0' & echo $!"], { encoding: 'utf8' });
  const pid = Number(stdout);
  if (!pid) return [];
  for (let waited = 0; waited < REAP_LIMIT_S; waited += PROBE_S) {
    if (readProcess(pid) === null)
      return [{ subject: 'orphans', verdict: 'ok', text: 'process 1 reaps them' }];
    await sleep(PROBE_S);
  }
  if (isAlive(readProcess(pid))) return [];
  const name = readText('/proc/1/comm').trim();
  const text = `process 1, ${name}, does not reap them; each leaves a zombie behind`;
  const remedy = 'use an init such as tini: docker run --init';
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

/** logind spares the users in KillExcludeUsers, by default root. This check assumes that the user is not among them. */
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

/** Reads the files in order of precedence, lowest first. */
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
