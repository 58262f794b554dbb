import type { Chain } from '../../protocol/keeper/script-chain';
import type { Field } from '../../protocol/keeper/wire';
import { textToBytes } from '../../system/bytes';
import { chooseCommand } from '../../system/run/executable';
import type { SpawnRequest } from './parent';

/** The fields of a spawn, after the word and the id; see `TO_KEEPER.spawn`. */
export function packSpawn(request: SpawnRequest): Field[] {
  const { kind, environment, directory, umask, ownSession, descriptors } = request;
  // The keeper calls execve(2), which gives no text to a shell.
  const { file, args } = chooseCommand(request.file, request.args, request.inside);
  const variables = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [textToBytes(`${name}=${value}`)],
  );
  const folder = directory === null ? '' : textToBytes(directory);
  return [
    kind,
    ownSession ? 1 : 0,
    umask,
    folder,
    textToBytes(file),
    args.length,
    ...args.map(textToBytes),
    variables.length,
    ...variables,
    ...packChain(request.chain),
    ...descriptors.flatMap(packDescriptor),
  ];
}

/** The code comes along, so that a keeper without such programs does not have it. */
function packChain(chain: Chain | undefined): Field[] {
  if (!chain) return [0];
  const fields = [
    chain.code,
    ...chain.links.flatMap(({ call, args }) => [call, args.length, ...args.map(toField)]),
  ];
  return [fields.length, ...fields];
}

function toField(value: string | number): Field {
  return typeof value === 'number' ? value : textToBytes(value);
}

/** The number it is to have, the manager's number or nothing for /dev/null, and the flags of open(2). */
function packDescriptor(source: SpawnRequest['descriptors'][number], target: number): Field[] {
  // The keeper closes whatever it is not told of.
  if (source === 'same' || source === 'closed') return [];
  return source === 'null' ? [target, '', target === 0 ? 0 : 1] : [target, source.fd, source.flags];
}
