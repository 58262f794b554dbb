import type { Settings } from '../../../settings/settings';
import { quoteSpecifiers } from './quoting';

/** A unit in its making: lines of its sections, and what is lost. */
export interface Unit {
  unit: string[];
  service: string[];
  lost: string[];
  /** Whether it is started at boot, by itself or by the target. */
  isWanted: boolean;
}

/** `Environment=` with a variable. */
export function setVariable(name: string, value: string): string {
  return `Environment=${quoteSpecifiers(`${name}=${value}`)}`;
}

/** Seconds, or `infinity` for null. */
export function span(seconds: number | null): string {
  return seconds === null ? 'infinity' : String(seconds);
}

/** Whether a start of everything includes the program. */
export function isStarted({ autostart, disable }: Settings): boolean {
  return autostart && !disable;
}
