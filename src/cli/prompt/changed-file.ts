import { markFiles } from '../../client/configured/mark-files';
import { complain } from '../../client/context';
import { findCommand } from '../../commands/table';
import { resolveConfiguration } from '../../settings/resolve';
import { findPromptCommand, type Session } from './commands';

/**
 * Reads the configuration again if a file of it has changed since: a command uses what its user has saved.
 *
 * @param session
 * @param name the command that comes next; one that uses nothing of the file, or works with a broken one, goes on
 * @throws UserError, UsageError for a fault in the file; the former configuration stays
 */
export function readChangedFile(session: Session, name: string): void {
  if (session.context.flavour === 'zdaemon' || !usesFile(name)) return;
  const { configuration } = session.context;
  const mark = markFiles(configuration);
  if (mark === session.mark) return;
  try {
    const fresh = resolveConfiguration({ argv: session.argv, placesPaths: true });
    session.context = { ...session.context, configuration: fresh };
    session.mark = markFiles(fresh);
    complain(session.context, `note: ${configuration.file} has changed, read again`);
  } catch (error) {
    if (findCommand(name)?.worksWithFault !== 'goes on') throw error;
  }
}

function usesFile(name: string): boolean {
  const record = findCommand(name);
  return record ? record.name !== 'help' : name !== '' && findPromptCommand(name, 'zd') === null;
}
