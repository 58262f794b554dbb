import type { Settings } from '../settings';
import type { TestCommand } from './test-commands';

/** The settings whose commands the manager runs beside the program. */
const OWN_COMMANDS = [
  ['transcriptProgram', 'transcript-program'],
  ['stopProgram', 'stop-program'],
  ['reloadProgram', 'reload-program'],
  ['beforeStart', 'before-start'],
  ['afterExit', 'after-exit'],
  ['onEvent', 'on-event'],
] as const;

/** What is set of them, in this order. */
export function listOwnCommands(settings: Pick<Settings, (typeof OWN_COMMANDS)[number][0]>): TestCommand[] {
  return OWN_COMMANDS.flatMap(([field, key]) => {
    const words = settings[field];
    return words ? [{ field, key, words }] : [];
  });
}
