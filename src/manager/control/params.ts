import { isAbsolute } from 'node:path';
import {
  type AttachParams,
  isScreenSize,
  LARGEST_SCREEN,
  type ResizeParams,
  type ScreenSize,
} from '../../protocol/console';
import type { LaunchOrder, Refresh } from '../../protocol/launch-order';
import type {
  ApplyParams,
  OutputParams,
  StartParams,
  StatusParams,
  StopParams,
  SubscribeParams,
  UpgradeParams,
} from '../../protocol/messages';
import type { ReadParams } from '../../protocol/output-lines';
import { readSource } from '../../protocol/read-order';
import type { SendParams } from '../../protocol/sending';
import { MOST_SENT } from '../../protocol/sending';
import { checkValue } from '../../settings/option';
import { refreshableOptions } from '../../settings/reach';
import { describeReason } from '../../system/errors';

/* Input from the socket is checked field by field: unknown fields are ignored, wrong types are refused. */

/** Characters; useradd(8) allows half as many. */
const LONGEST_NAME = 64;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Thrown for parameters that cannot be used; the message names the parameter and the reason. */
export class InvalidParams extends Error {}

/** Checks the parameters of `start` and `restart`. */
export function checkStartParams(params: unknown): StartParams {
  const { patient, once, refresh } = checkObject(params ?? {});
  const user = readUser(params);
  const checked: StartParams = {
    patient: patient === true,
    ...(once === true ? { once } : {}),
    ...(user === undefined ? {} : { user }),
  };
  if (refresh !== undefined) checked.refresh = checkRefresh(checkObject(refresh));
  return checked;
}

/** Checks the parameters of `stop`. */
export function checkStopParams(params: unknown): StopParams {
  const { now, afterRun, wait } = checkObject(params ?? {});
  const user = readUser(params);
  return {
    now: now === true,
    afterRun: afterRun === true,
    wait: wait !== false,
    ...(user === undefined ? {} : { user }),
  };
}

/** Checks the parameters of `apply`. */
export function checkApplyParams(params: unknown): ApplyParams {
  const { refresh, changes } = checkObject(params);
  const user = readUser(params);
  return {
    refresh: checkRefresh(checkObject(refresh ?? {})),
    changes: checkList(changes ?? []).map(checkText),
    ...(user === undefined ? {} : { user }),
  };
}

/** Reads the name of the client's user; anything else than a short text is ignored. */
export function readUser(params: unknown): string | undefined {
  const { user } = (params ?? {}) as { user?: unknown };
  return typeof user === 'string' && user !== '' && user.length <= LONGEST_NAME ? user : undefined;
}

/** Checks the parameters of `status`: `{"lines": true, "settings": true}`. */
export function checkStatusParams(params: unknown): StatusParams {
  const { lines, settings } = checkObject(params ?? {});
  return { lines: lines === true, settings: settings === true };
}

/** Checks the parameters of `output`. */
export function checkOutputParams(params: unknown): OutputParams {
  const { after, wait } = checkObject(params ?? {});
  const checked: OutputParams = { wait: wait === true };
  return after === undefined ? checked : { ...checked, after: checkPosition(after) };
}

/** @returns the parameters of `output` for one who reads lines from now on: `{"lines": 10}`; null for other ones */
export function checkReadParams(params: unknown): ReadParams | null {
  const { lines } = checkObject(params ?? {});
  if (lines === undefined) return null;
  if (Number.isSafeInteger(lines) && (lines as number) >= 0) return { lines: lines as number };
  throw new InvalidParams('"lines" must be a whole number from 0');
}

/** Checks the parameters of `send`: `{"data": "aGVsbG8K", "eof": true}`. */
export function checkSendParams(params: unknown): SendParams {
  const { data, enter, eof, keys, pid, visitor } = checkObject(params);
  const user = readUser(params);
  if (typeof data !== 'string' || !BASE64.test(data)) throw new InvalidParams('"data" must be in base64');
  if (data.length > (MOST_SENT / 3 + 1) * 4)
    throw new InvalidParams(`"data" must have at most ${MOST_SENT} bytes; send the rest later`);
  if (pid !== undefined && !Number.isSafeInteger(pid)) throw new InvalidParams('"pid" must be a number');
  return {
    data,
    enter: enter === true,
    eof: eof === true,
    keys: keys === true,
    ...(pid === undefined ? {} : { pid: pid as number }),
    ...(Number.isSafeInteger(visitor) ? { visitor: visitor as number } : {}),
    ...(user === undefined ? {} : { user }),
  };
}

/** Checks the parameters of `subscribe`: `{"after": 12}`. */
export function checkSubscribeParams(params: unknown): SubscribeParams {
  const { after } = checkObject(params ?? {});
  return after === undefined ? {} : { after: checkPosition(after) };
}

/** Checks the parameters of `attach`: `{"size": {"rows": 24, "columns": 80}, "types": true}`. */
export function checkAttachParams(params: unknown): AttachParams {
  const { size, types } = checkObject(params ?? {});
  return { types: types === true, ...(size === undefined ? {} : { size: checkSize(size) }) };
}

/** Checks the parameters of `resize`. */
export function checkResizeParams(params: unknown): ResizeParams {
  const { visitor, size, redraw } = checkObject(params);
  if (!Number.isSafeInteger(visitor)) throw new InvalidParams('"visitor" must be a number');
  return { visitor: visitor as number, size: checkSize(size), redraw: redraw === true };
}

function checkSize(size: unknown): ScreenSize {
  if (isScreenSize(size)) return size;
  throw new InvalidParams(`"size" must have "rows" and "columns", from 1 to ${LARGEST_SCREEN}`);
}

function checkPosition(after: unknown): number {
  if (Number.isSafeInteger(after) && (after as number) >= 0) return after as number;
  throw new InvalidParams('"after" must be a position, a whole number from 0');
}

/** Checks the parameters of `kill`. @returns the signal's number */
export function checkSignal(params: unknown): number {
  const { signal } = checkObject(params);
  if (Number.isInteger(signal) && (signal as number) >= 1 && (signal as number) <= 64)
    return signal as number;
  throw new InvalidParams('"signal" must be a number from 1 to 64');
}

/** Whether `kill` is for the whole process group. */
export function checkGroup(params: unknown): boolean {
  const { group = false } = checkObject(params);
  if (typeof group === 'boolean') return group;
  throw new InvalidParams('"group" must be true or false');
}

/** Checks the parameters of `upgrade`. The new manager checks the order itself. */
export function checkUpgradeParams(params: unknown): UpgradeParams {
  const { execPath, script, order } = checkObject(params);
  for (const path of [execPath, script]) {
    if (!isAbsolute(checkText(path))) throw new InvalidParams(`'${path}' must be an absolute path`);
  }
  const checked: UpgradeParams = { execPath: checkText(execPath), script: checkText(script) };
  if (order !== undefined) checked.order = checkObject(order) as unknown as LaunchOrder;
  return checked;
}

/** Ignores settings that do not exist or that only a new manager can change. */
function checkRefresh(given: Record<string, unknown>): Refresh {
  const checked: Record<string, unknown> = {};
  if (Object.hasOwn(given, 'args')) checked.args = checkList(given.args).map(checkText);
  if (Object.hasOwn(given, 'environment')) checked.environment = checkEnvironment(given.environment);
  const source = readSource(given.source);
  if (source) checked.source = source;
  for (const option of refreshableOptions) {
    if (!Object.hasOwn(given, option.field)) continue;
    try {
      checkValue(option, given[option.field]);
    } catch (error) {
      throw new InvalidParams(describeReason(error));
    }
    checked[option.field] = given[option.field];
  }
  return checked;
}

function checkEnvironment(value: unknown): Record<string, string> {
  const entries = Object.entries(checkObject(value));
  return Object.fromEntries(entries.map(([name, text]) => [checkName(name), checkText(text)]));
}

function checkList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new InvalidParams('words must be a list');
}

function checkText(value: unknown): string {
  if (typeof value === 'string' && !value.includes('\0')) return value;
  throw new InvalidParams('a word or variable must be a string without NUL');
}

function checkName(value: string): string {
  if (value !== '' && !/[=\0]/.test(value)) return value;
  throw new InvalidParams('the name of a variable must not be empty or contain = or NUL');
}

function checkObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new InvalidParams('parameters must be an object');
}
