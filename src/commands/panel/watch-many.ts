import { replaceStreams } from '../../client/capture';
import { writeJson } from '../../system/show-controls';
import { complainOfFaulty } from '../many/print-outcomes';
import type { SplitRequest } from '../many/request';
import { contextOf, worstOf } from '../many/run-member';
import { watch } from './watch';

/**
 * `status --watch` for many programs: a line, or with `--json` an object, for each change of any of them.
 *
 * @returns 0 when nobody reads any more, or after Ctrl-C
 */
export async function watchMany(request: SplitRequest, json: boolean): Promise<number> {
  const { selection } = request;
  complainOfFaulty(request, selection);
  const codes = selection.members.map(member => {
    const context = contextOf(request, member);
    const write = (text: string) =>
      context.write(`${writeJson({ program: member.name, ...JSON.parse(text) })}\n`);
    return watch(json ? replaceStreams(context, { write }) : context, json);
  });
  return worstOf(await Promise.all(codes));
}
