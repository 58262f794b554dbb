import { addInput } from './input/lazy';
import { addReadiness } from './readiness/lazy';
import type { Scene } from './scene';

/** Adds what is loaded when a setting asks for it; the getters of the scene stay. */
export function completeScene(scene: Omit<Scene, 'readiness' | 'input'>): Scene {
  return addReadiness(addInput(scene));
}
