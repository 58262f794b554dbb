import type { Settings } from '../settings';

export interface TerminalParts {
  inherited: Record<string, string | undefined>;
  settings: Pick<Settings, 'pty' | 'clearEnvironment'>;
}

/**
 * With `pty`, the program gets a TERM even if the caller of `start` had none, as under cron.
 *
 * @returns a variable, or nothing if the caller had a terminal
 */
export function nameTerminal({ inherited, settings }: TerminalParts): {
  TERM?: string;
} {
  const { TERM: type = '' } = settings.clearEnvironment ? {} : inherited;
  return settings.pty && (type === '' || type === 'dumb') ? { TERM: 'xterm-256color' } : {};
}
