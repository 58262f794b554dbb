import { mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { folderIn, type Home } from '../settings/fleet/home';
import { describeReason, UserError } from '../system/errors';
import { isTaken } from '../system/files';
import { type User, withRightsOf } from '../system/users';
import { type FolderMaker, giveFolder, makeFolder } from './folder';

/** Everybody may pass through the folder of a fleet, and nobody may look into it. */
const PASSAGE = 0o711;

/**
 * Makes the folder of a program of a fleet, and those above it.
 *
 * @param home where it lives
 * @param maker for whom
 * @param group the gid of `socket-group`, whose members may enter; null if there is none
 * @throws UserError `cannot create the folder …`
 */
export function makeHomeFolder(home: Home, maker: FolderMaker, group: number | null): void {
  const folder = folderIn(home);
  try {
    mkdirSync(dirname(home.place), { recursive: true });
    makePassages(home, maker);
    if (isTaken(folder)) return;
    makeFolder(folder, 0o700, maker);
    if (group !== null) withTheRights(maker, () => admitGroup(folder, maker.owner, group));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot create the folder ${folder}: ${describeReason(error)}`);
  }
}

/**
 * Makes the folder of a fleet, and those above it.
 *
 * @param folder absolute
 * @throws the system's error
 */
export function makePassage(folder: string): void {
  if (isTaken(folder)) return;
  const umask = process.umask(0);
  try {
    mkdirSync(folder, { recursive: true, mode: PASSAGE });
  } finally {
    process.umask(umask);
  }
}

/** The caller's own, so that no user of a program can replace the folder of another. */
function makePassages({ place, path }: Home, { owner, lendsRights }: FolderMaker): void {
  const maker: FolderMaker = { owner: lendsRights ? null : owner, lendsRights };
  const above = dirname(join(place, path));
  const inner = relative(place, above).split('/').filter(Boolean);
  let folder = place;
  for (const part of ['', ...inner]) {
    folder = join(folder, part);
    if (isTaken(folder)) continue;
    // The mode is exact from the beginning: to change it later would need a path that others may have replaced.
    const umask = process.umask(0);
    try {
      makeFolder(folder, PASSAGE, maker);
    } finally {
      process.umask(umask);
    }
  }
}

/** In a folder of a user's, root does not change what that user can replace. */
function withTheRights({ owner, lendsRights }: FolderMaker, act: () => void): void {
  if (owner && !lendsRights) withRightsOf(owner, act);
  else act();
}

function admitGroup(folder: string, owner: User | null, gid: number): void {
  giveFolder(folder, { uid: owner?.uid ?? process.geteuid?.() ?? 0, gid }, 0o710);
}
