import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { findProgram } from '../../../system/find-program';
import { errorAt } from '../../faults';
import { dropped, LineReport } from '../line-report';
import { readForeignText } from '../read-foreign';
import type { ForeignReading, ForeignRequest } from '../reading';
import { refuseMany } from '../refuse-many';
import { type AppRequest, readApp, refuseUnknownVariant } from './app';
import { AppReader } from './app-reader';
import type { Path } from './json-lines';
import { type Parsed, parseJson, parseYaml } from './parse';
import { parseScript } from './script';

/**
 * Reads an ecosystem file of pm2: JSON, YAML, or with `--run-it` a script that exports it.
 *
 * @throws UsageError for what pm2 refuses, and for a script without `--run-it`
 */
export function readPm2(request: ForeignRequest): ForeignReading {
  const { file, path, env, variant } = request;
  const report = new LineReport();
  const { text, identity } = readForeignText(file, path);
  const parsed = parse(request, text, report);
  const folder = dirname(path);
  const found = findApps(parsed.value);
  refuseMany(found.length, file);
  const apps = found.map(([values, place]) => {
    if (typeof values !== 'object' || values === null || Array.isArray(values))
      throw errorAt(
        parsed.linesOf(place)[0]?.origin ?? file,
        'an app must be an object with script; write { script: FILE }',
      );
    return new AppReader(values as Record<string, unknown>, place, parsed, report);
  });
  if (apps.length === 0) throw errorAt(file, 'it has no apps; add apps: [{ script: FILE }]');
  const unknown = refuseUnknownVariant(apps, variant);
  if (unknown !== null) throw errorAt(file, unknown);
  const lookout = makeLookout(folder, env.PATH);
  const programs = apps.map(app => readApp({ app, folder, variant, env, lookout }));
  const skipped = judgeOthers(parsed, report);
  return { programs, skipped, report: report.toLines(), paths: [path], identities: { [path]: identity } };
}

function parse(request: ForeignRequest, text: string, report: LineReport): Parsed {
  const { file } = request;
  if (/\.[cm]?[jt]s$/.test(basename(request.path))) return parseScript(request, report);
  return /\.ya?ml$/.test(request.path) || (!/\.json5?$/.test(request.path) && !/^\s*[[{/]/.test(text))
    ? parseYaml({ file, text }, report)
    : parseJson({ file, text }, report);
}

/** `apps` or `pm2`, a list of apps, or one app. */
function findApps(value: unknown): [unknown, Path][] {
  const outer = isObject(value) ? value : {};
  const key = ['apps', 'pm2'].find(name => outer[name]);
  const list = key === undefined ? value : outer[key];
  const place: Path = key === undefined ? [] : [key];
  return Array.isArray(list) ? list.map((one, index) => [one, [...place, index]]) : [[list, place]];
}

/** `deploy` and `static` beside the apps. */
function judgeOthers({ value, linesOf }: Parsed, report: LineReport): ForeignReading['skipped'] {
  if (!isObject(value) || !(value.apps || value.pm2)) return [];
  const skipped: ForeignReading['skipped'] = [];
  for (const key of Object.keys(value)) {
    if (key === 'apps' || key === 'pm2') continue;
    const isStatic = key === 'static';
    const reason = isStatic
      ? 'zd has no server for files'
      : key === 'deploy'
        ? 'zd does not deploy'
        : 'pm2 does not know it either';
    report.judge(linesOf([key]), dropped(reason, isStatic));
    if (isStatic) skipped.push({ name: 'static', reason });
  }
  return skipped;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const FIRST_BYTES = 512;

function makeLookout(folder: string, path: string | undefined): AppRequest['lookout'] {
  return {
    kindOf(file) {
      try {
        if (!statSync(file).isFile()) return 'text';
        const fd = openSync(file, 'r');
        try {
          const bytes = Buffer.alloc(FIRST_BYTES);
          return isBinary(bytes.subarray(0, readSync(fd, bytes, 0, FIRST_BYTES, 0))) ? 'binary' : 'text';
        } finally {
          closeSync(fd);
        }
      } catch {
        return 'missing';
      }
    },
    find(command) {
      const found = findProgram(command, [folder], path);
      return 'file' in found ? found.file : null;
    },
    list(other) {
      try {
        return readdirSync(other).sort();
      } catch {
        return [];
      }
    },
  };
}

/** A NUL is enough; every program for Linux or macOS has one among its first bytes. */
function isBinary(bytes: Buffer): boolean {
  return bytes.includes(0);
}
