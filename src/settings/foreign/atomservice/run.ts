import { dirname, resolve } from 'node:path';
import { findProgram } from '../../../system/find-program';
import { errorAt } from '../../faults';
import type { ForeignRequest } from '../reading';
import { runForeign } from '../run-foreign';
import type { Module } from './module';
import type { Value } from './values';

/** The variables that matter, and the class if the configuration brings none. */
const SCRIPT = `
import json, sys
class AtomExe(object):
    def __init__(self, name, filename, args):
        self.name, self.scriptpath, self.args = name, filename, args
space = {'AtomExe': AtomExe}
source = open(sys.argv[1]).read()
exec(compile(source, sys.argv[1], 'exec'), space)
def plain(one):
    if hasattr(one, 'scriptpath'):
        return {'name': str(one.name), 'path': str(one.scriptpath), 'args': plain(one.args)}
    if isinstance(one, (list, tuple)):
        return [plain(item) for item in one]
    if isinstance(one, bool) or one is None:
        return one
    if isinstance(one, (int, float)):
        return {'number': str(one)}
    return str(one)
names = ['NAME', 'PROC_LIST', 'PROC_INTERVAL', 'POLL_INTERVAL', 'AUDIT_LEVEL', 'LOGFOLDER', 'PIDFOLDER']
found = dict((name, plain(space[name])) for name in names if name in space)
sys.stdout.write('\\n' + json.dumps(found))
`;

/**
 * Runs a configuration with Python, in its folder.
 *
 * @returns its variables; which lines set them is not known
 * @throws UsageError with the reason
 */
export function runModule({ file, path, env }: Pick<ForeignRequest, 'file' | 'path' | 'env'>): Module {
  const absolute = resolve(path);
  const python = ['python3', 'python', 'python2'].find(name => 'file' in findProgram(name, [], env.PATH));
  if (python === undefined)
    throw errorAt(`cannot read ${file}`, 'there is no python3 to run it with; install it');
  const cwd = dirname(absolute);
  const printed = runForeign([python, '-c', SCRIPT, absolute], { path: absolute, cwd, env, file });
  // Before it, there can be output of the configuration itself.
  const found = parse(printed.slice(printed.lastIndexOf('\n') + 1));
  if (!found)
    throw errorAt(`cannot read ${file}`, 'running it ended without a result; try to run it by hand');
  return { variables: new Map(Object.entries(found)), statements: new Map() };
}

function parse(text: string): Record<string, Value> | null {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null ? (found as Record<string, Value>) : null;
  } catch {
    return null;
  }
}
