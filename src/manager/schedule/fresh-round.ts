import { closeSync, constants, fstatSync, openSync, readSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from '../../protocol/keeper/wire';
import { fileWords, type LaunchOrder } from '../../protocol/launch-order';
import type { Clock } from '../../system/clock';
import { describeReason } from '../../system/errors';
import { type Identity, identify } from '../../system/identity';
import { withOwnFolder } from '../../system/trust/own-folder';
import { quoteWords } from '../../system/words';
import type { Parent } from '../parent/parent';
import type { Round } from './pick-round';

/* What a round of a schedule runs is read from the configuration file before each round. Loaded with a schedule. */

/** Seconds that the reading may take. */
const LIMIT = 10;
const SIGKILL = 9;
const { O_CREAT, O_EXCL, O_RDWR, O_WRONLY } = constants;

export interface FreshRoundParts {
  clock: Clock;
  parent: Parent;
  order: LaunchOrder;
  /** The environment of the caller of `start`, for `$(NAME)`. */
  environment: Record<string, string | undefined>;
  /** Checks what was read. */
  pick(answer: unknown): Round;
}

/**
 * Reads the program or the steps and the variables of the file that the manager was started with.
 *
 * @param parts of the manager; without a file, nothing is read
 * @param done called once with the result, perhaps at once
 * @returns a function that ends the reading; `done` is not called after that
 */
export function readRound(parts: FreshRoundParts, done: (round: Round) => void): () => void {
  const { order, parent, clock, environment, pick } = parts;
  const file = order.source?.file ?? null;
  if (file === null) return finish({});
  let answer: number;
  try {
    answer = openAnswer(order);
  } catch (error) {
    return finish({ fault: describeReason(error) });
  }
  let isOver = false;
  let helper: Identity | null = null;
  const end = (round?: Round) => {
    if (isOver) return;
    isOver = true;
    cancelLimit();
    closeSync(answer);
    if (round) done(round);
  };
  const kill = () => void (helper && parent.signalGroup(helper, SIGKILL).catch(() => {}));
  const cancelLimit = clock.after(LIMIT, () => {
    kill();
    end({ fault: `reading it took longer than ${LIMIT} seconds` });
  });
  parent.spawn(nameReader(order, file, environment, answer), {
    spawned(pid) {
      helper = identify(pid);
      if (isOver) kill();
    },
    failed: error => end({ fault: describeReason(error) }),
    exited() {
      helper = null;
      if (!isOver) end(pick(readAnswer(answer)));
    },
  });
  return () => {
    kill();
    end();
  };

  function finish(round: Round): () => void {
    done(round);
    return () => {};
  }
}

/** A file without a name, for the answer. */
function openAnswer({ stateFolder, settings }: LaunchOrder): number {
  const make = (folder: string) => {
    const path = join(folder, `round.${process.pid}`);
    // A manager of the same pid may have died between the next two calls.
    rmSync(path, { force: true });
    const fd = openSync(path, O_RDWR | O_CREAT | O_EXCL, 0o600);
    unlinkSync(path);
    return fd;
  };
  return withOwnFolder(stateFolder, make, settings.insecure);
}

function nameReader(
  order: LaunchOrder,
  file: string,
  environment: FreshRoundParts['environment'],
  answer: number,
): Parameters<Parent['spawn']>[0] {
  const { settings, source } = order;
  const flags = fileWords({ ...source, file });
  if (settings.user !== null) flags.push('-u', settings.user);
  if (settings.insecure) flags.push('--insecure');
  if (source?.flags.includes('program')) flags.push('-p', quoteWords(settings.program));
  if (source?.member !== undefined) flags.push(source.member);
  // Variables that steer Node are the program's.
  const others = Object.entries(environment).filter(([name]) => !name.startsWith('NODE_'));
  return {
    kind: KINDS.helper,
    file: process.execPath,
    args: [process.execPath, join(__dirname, 'read-round.js'), ...flags],
    environment: Object.fromEntries(others),
    directory: '/',
    umask: 0o077,
    ownSession: true,
    descriptors: ['null', { fd: answer, flags: O_WRONLY }, 'null'],
  };
}

/** From the beginning: without a keeper, the reader shares the position in the file with the manager. */
function readAnswer(fd: number): unknown {
  try {
    const bytes = Buffer.alloc(fstatSync(fd).size);
    return JSON.parse(bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, 0)));
  } catch {
    return { fault: 'reading it failed' };
  }
}
