import { programWords } from '../protocol/launch-order';
import { step } from './lifecycle/table';
import { prepareProgram } from './program/prepare-spawn';
import { rulesOf } from './rules';
import type { Scene } from './scene';

/** Seconds before an attempt at which it is rehearsed. */
const LEAD = 0.015;
/** After a shorter pause, everything is still in the caches. */
const SHORTEST_PAUSE = 0.2;

/**
 * Plans to go through what an attempt does, without doing it, shortly before it is due. A process that has slept finds
 * neither its code nor the folders of the program in the caches of the processor and the kernel; without this, the
 * attempt itself would wait for them, for about two milliseconds.
 *
 * @param at when the attempt is due, in seconds on the monotonic clock
 * @returns a function that cancels it
 */
export function planRehearsal(at: number, scene: Scene): () => void {
  const seconds = at - scene.clock.now();
  if (seconds < SHORTEST_PAUSE) return () => {};
  return scene.clock.after(seconds - LEAD, () => rehearse(scene));
}

function rehearse(scene: Scene): void {
  const { life, order, clock, environment, folders, runAs, save } = scene;
  step(life, { name: 'deadline' }, clock.now(), rulesOf(order));
  prepareProgram(programWords(order, life.step), order, {
    environment,
    folders,
    runAs,
    eventLog: { log() {} },
  });
  // It is the same as before, so nothing is written.
  save();
}
