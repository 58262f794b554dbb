import { type ActionContext, addFacts } from '../../client/context';
import { showHidden } from '../../system/blanks';
import { ExitStatus, UsageError } from '../../system/errors';
import { renderBash } from './bash';
import { renderFish } from './fish';
import type { ShellModel } from './model';
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
 * @param makeModel derives what to complete; it is the caller's, whose bundle has the tables
 * @returns 0
 * @throws UsageError for another shell
 */
export function printCompletion(context: ActionContext, shell: string, makeModel: () => ShellModel): number {
  const render = Object.hasOwn(renderers, shell) ? renderers[shell] : undefined;
  if (!render) {
    const given = shell === '' ? 'name a shell' : `there is no script for '${showHidden(shell)}'`;
    throw new UsageError(`cannot complete: ${given}; use bash, zsh or fish`);
  }
  const script = render(makeModel());
  addFacts(context, { script });
  context.write(script);
  return ExitStatus.done;
}
