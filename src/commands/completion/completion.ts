import { type ActionContext, addFacts } from '../../client/context';
import { showHidden } from '../../system/blanks';
import { ExitStatus, UsageError } from '../../system/errors';
import type { Definition } from '../help/page';
import { renderBash } from './bash';
import { renderFish } from './fish';
import { makeModel, type ShellModel } from './model';
import { renderZsh } from './zsh';

const renderers: Record<string, (model: ShellModel) => string> = {
  bash: renderBash,
  zsh: renderZsh,
  fish: renderFish,
};

/** The shells for which there is a script. */
export const shells = Object.keys(renderers);

/**
 * `completion SHELL`: prints the script that completes the command line in a shell. It calls nothing when a key is pressed.
 *
 * @param shell one of `shells`
 * @param definitions what the parser of words knows about each command
 * @returns 0
 * @throws UsageError for another shell
 */
export function printCompletion(
  context: ActionContext,
  shell: string,
  definitions: readonly Definition[],
): number {
  const render = Object.hasOwn(renderers, shell) ? renderers[shell] : undefined;
  if (!render) {
    const given = shell === '' ? 'name a shell' : `there is no script for '${showHidden(shell)}'`;
    throw new UsageError(`cannot complete: ${given}; use bash, zsh or fish`);
  }
  const script = render(makeModel(context.flavour, definitions));
  addFacts(context, { script });
  context.write(script);
  return ExitStatus.done;
}
