import { checkValue } from '../settings/option';
import { launchOptions } from '../settings/reach';
import { UserError } from '../system/errors';
import { type LaunchOrder, ORDER_VERSION } from './launch-order';

/**
 * Reads an order that another process wrote: a client, the manager before this one, or a state file. An order of zd 0.1
 * (version 1), which had its settings beside the other fields, is turned into one of today.
 *
 * @param order as parsed from JSON
 * @param isTrusted it comes from the process that launched this one, and has been checked there
 * @returns the order, with the default of each setting that it does not know
 * @throws UserError when it is of a later version, or a setting cannot be used
 */
export function readOrder(order: unknown, isTrusted = false): LaunchOrder {
  if (!isRecord(order) || typeof order.version !== 'number')
    throw new UserError('the order is not one of zd');
  if (order.version > ORDER_VERSION) {
    throw new UserError(
      `this zd reads orders up to version ${ORDER_VERSION}, it was given version ${order.version}`,
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

/** Everything but the settings; what is checked of it is checked by those who use it. */
function pickOthers(order: Record<string, unknown>) {
  const { purpose, socket, stateFolder, startDirectory, args, environment, eventLog } = order;
  const { attached, patient, firstStartMustHold, replacement } = order;
  const places = { socket, stateFolder, startDirectory };
  return {
    purpose,
    ...places,
    args,
    environment,
    eventLog,
    attached,
    patient,
    firstStartMustHold,
    replacement,
  };
}

function settingsOfVersion1(order: Record<string, unknown>): Record<string, unknown> {
  const { output, socketGroup } = order;
  return {
    ...order,
    ...(isRecord(output) ? output : {}),
    // It named the group by its number.
    socketGroup: typeof socketGroup === 'number' ? String(socketGroup) : null,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
