import { findRemains, type Orphan } from '../orphan';
import { locateSocket } from '../places';
import type { ActionContext } from './context';

/** A program that runs on although its manager is dead, or null. */
export function findOrphan({ configuration, clock }: ActionContext): Orphan | null {
  return findRemains(locateSocket(configuration.settings), clock).orphan;
}
