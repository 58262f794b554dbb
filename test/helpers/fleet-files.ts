import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../src/settings/argv';
import type { Fleet } from '../../src/settings/fleet/fleet';
import { readFleet } from '../../src/settings/fleet/read-fleet';

/** A temporary folder with configurations, for tests that only read them. */
export class FleetFiles {
  readonly cwd = mkdtempSync(join(tmpdir(), 'zd-fleet-'));

  remove(): void {
    rmSync(this.cwd, { recursive: true });
  }

  write(name: string, ...lines: string[]): void {
    mkdirSync(dirname(join(this.cwd, name)), { recursive: true });
    writeFileSync(join(this.cwd, name), `${lines.join('\n')}\n`);
  }

  /** A file with one program. */
  plain(name: string, ...lines: string[]): void {
    this.write(name, '[runner]', `program = run ${name}`, ...lines);
  }

  read(file: string, ...flags: string[]): Fleet {
    const fleet = readFleet({ argv: parseArguments(['-C', file, ...flags]), cwd: this.cwd });
    assert.ok(fleet, `${file} is a fleet`);
    return fleet;
  }
}
