import { checkValue } from '../settings/option';
import { launchOptions } from '../settings/reach';
import { UserError } from '../system/errors';
import { type Launch, type LaunchOrder, ORDER_VERSION, type Reader, type Source } from './launch-order';

/**
 * Reads what a launcher has written. A manager of zd 0.1, which upgrades to this one, writes the order alone.
 *
 * @param line see `writeLaunch`
 * @param environment of this process: what zd 0.1 passes on in this way
 * @throws UserError as `readOrder`
 */
export function readLaunch(line: string, environment: NodeJS.ProcessEnv): Launch {
  const parsed: unknown = JSON.parse(line);
  if (isRecord(parsed) && isRecord(parsed.order) && Array.isArray(parsed.inherited))
    return {
      order: readOrder(parsed.order, true),
      inherited: parsed.inherited.map(String),
      openFiles: typeof parsed.openFiles === 'number' ? parsed.openFiles : null,
    };
  const inherited = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return { order: readOrder(parsed, true), inherited, openFiles: null };
}

/**
 * Reads an order from a client, from the previous manager or from a state file. Converts an order of zd 0.1, which is
 * version 1 and has its settings next to the other fields, to the current version.
 *
 * @param order as parsed from JSON
 * @param isTrusted it comes from the process that launched this one, which has already checked it
 * @returns the order, with the defaults of settings that it does not contain
 * @throws UserError if it has a later version, or a setting is invalid
 */
export function readOrder(order: unknown, isTrusted = false): LaunchOrder {
  if (!isRecord(order) || typeof order.version !== 'number')
    throw new UserError('the launch order is not from zd');
  if (order.version > ORDER_VERSION) {
    throw new UserError(
      `this zd reads launch orders up to version ${ORDER_VERSION}, but got version ${order.version}`,
    );
  }
  const given =
    order.version === 1 ? settingsOfVersion1(order) : isRecord(order.settings) ? order.settings : {};
  const settings: Record<string, unknown> = {};
  for (const option of launchOptions) {
    const value = Object.hasOwn(given, option.field) ? given[option.field] : option.default;
    if (!isTrusted) checkValue(option, value);
    settings[option.field] = value;
  }
  return { ...pickOthers(order), version: ORDER_VERSION, settings } as unknown as LaunchOrder;
}

/** Everything except the settings. The code that uses a field checks it. */
function pickOthers(order: Record<string, unknown>) {
  const { purpose, socket, stateFolder, startDirectory, args, environment, eventLog } = order;
  const { attached, patient, firstStartMustHold, replacement, caller, name, once, staysRoot, mirrors } =
    order;
  const places = { socket, stateFolder, startDirectory };
  const source = readSource(order.source);
  return {
    purpose,
    ...places,
    ...(source ? { source } : {}),
    args,
    environment,
    eventLog,
    attached,
    patient,
    firstStartMustHold,
    replacement,
    ...(once === true ? { once } : {}),
    ...(mirrors === true ? { mirrors } : {}),
    ...(typeof caller === 'string' ? { caller } : {}),
    ...(typeof name === 'string' ? { name } : {}),
    ...(staysRoot === true ? { staysRoot } : {}),
  };
}

/** @returns null if it is absent or of another shape */
export function readSource(source: unknown): Source | null {
  if (!isRecord(source)) return null;
  const { file, flags, includes, member, reader } = source;
  const isFile = file === null || typeof file === 'string';
  if (!isFile || !Array.isArray(flags)) return null;
  return {
    file,
    flags: flags.map(String),
    ...(Array.isArray(includes) ? { includes: includes.map(String) } : {}),
    ...(typeof member === 'string' ? { member } : {}),
    ...(isRecord(reader) ? { reader: readReader(reader) } : {}),
  };
}

function readReader({ format, runsIt, variant }: Record<string, unknown>): Reader {
  return {
    ...(typeof format === 'string' ? { format } : {}),
    ...(runsIt === true ? { runsIt } : {}),
    ...(typeof variant === 'string' ? { variant } : {}),
  };
}

function settingsOfVersion1(order: Record<string, unknown>): Record<string, unknown> {
  const { output, socketGroup } = order;
  return {
    ...order,
    ...(isRecord(output) ? output : {}),
    // Version 1 stored the group id.
    socketGroup: typeof socketGroup === 'number' ? String(socketGroup) : null,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
