import type { ActionContext } from '../../client/context';
import type { ZdCommand } from '../base';
import type { SplitRequest } from './request';

/**
 * Reads the options of a command with a form of its own for many programs.
 *
 * @returns the command, with its options as fields
 * @throws UsageError for an option that it does not have
 */
export function readOptions<Options extends ZdCommand>(request: SplitRequest, name: string): Options {
  const { readCommand } = require('../clipanion') as typeof import('../clipanion');
  return readCommand(request.world as ActionContext, name, request.split.own) as Options;
}
