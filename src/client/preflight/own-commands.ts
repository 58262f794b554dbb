import type { Settings } from '../../settings/settings';

/** A command that the manager runs beside the program. */
export interface OwnCommandSetting {
  field: keyof Settings;
  key: string;
  words: string[];
}

/** The commands without which a start makes no sense, in the order of the settings. */
export function listOwnCommands({
  transcriptProgram: words,
  daemon,
}: Pick<Settings, 'transcriptProgram' | 'daemon'>): OwnCommandSetting[] {
  // In the foreground, the output goes to the terminal.
  return words === null || !daemon ? [] : [{ field: 'transcriptProgram', key: 'transcript-program', words }];
}
