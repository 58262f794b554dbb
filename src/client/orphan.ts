import { findRemains, type Litter, type Orphan } from '../state/orphans';
import { locateSocket } from '../state/socket-path';
import type { ActionContext } from './context';

/** A program that runs on although its manager is dead, or null. */
export function findOrphan({ configuration, clock }: ActionContext): Orphan | null {
  return findRemains(locateSocket(configuration.settings), clock).orphan;
}

/** What a program has left of its process groups although it and its manager are dead, or null. */
export function findLitter({ configuration, clock }: ActionContext): Litter | null {
  return findRemains(locateSocket(configuration.settings), clock).litter;
}
