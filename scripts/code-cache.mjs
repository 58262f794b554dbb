// Writes V8's code caches of the built files for the Node that runs the build. It starts, queries and stops a daemon in
// a temporary folder, and each process writes the functions that it has compiled. If this fails, there are no caches,
// and zd starts a little slower.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @param root the folder of the built project */
export function writeCodeCaches(root) {
  const dist = join(root, 'dist');
  for (const name of readdirSync(dist)) if (name.endsWith('.cache')) rmSync(join(dist, name));
  const folder = mkdtempSync(join(tmpdir(), 'zd-build-'));
  const recorder = fileURLToPath(new URL('record-code-cache.cjs', import.meta.url));
  const env = { ...process.env, NODE_OPTIONS: `--require ${JSON.stringify(recorder)}` };
  const zd = (...words) =>
    spawnSync(
      process.execPath,
      [join(root, 'bin', 'zd.js'), '-p', 'sleep 60', '--start-seconds', '0', ...words],
      {
        cwd: folder,
        env,
        stdio: 'ignore',
        timeout: 20_000,
      },
    );
  try {
    zd('start');
    zd('status');
    zd('restart');
    zd('kill', 'CONT');
    zd('stop');
    zd('status');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
