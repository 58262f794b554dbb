import { isAbsolute } from 'node:path';
import type { LaunchOrder, Refresh } from '../../protocol/launch-order';
import type { StartParams, UpgradeParams } from '../../protocol/messages';

/* What comes over the socket is checked field by field; an unknown field is ignored, a wrong type refused. */

/** Parameters of a request that cannot be used; the message says which and why. */
export class InvalidParams extends Error {}

/** The parameters of `start` and `restart`. */
export function checkStartParams(params: unknown): StartParams {
  const { patient, refresh } = checkObject(params ?? {});
  const checked: StartParams = { patient: patient === true };
  if (refresh !== undefined) checked.refresh = checkRefresh(checkObject(refresh));
  return checked;
}

/** The parameter of `status`: `{"lines": true}`. */
export function asksForLines(params: unknown): boolean {
  return checkObject(params ?? {}).lines === true;
}

/** The parameters of `kill`. @returns the signal's number */
export function checkSignal(params: unknown): number {
  const { signal } = checkObject(params);
  if (Number.isInteger(signal) && (signal as number) >= 1 && (signal as number) <= 64)
    return signal as number;
  throw new InvalidParams('"signal" must be a number from 1 to 64');
}

/** The parameters of `upgrade`. The order itself is checked by the manager that is to work by it. */
export function checkUpgradeParams(params: unknown): UpgradeParams {
  const { execPath, script, order } = checkObject(params);
  for (const path of [execPath, script]) {
    if (!isAbsolute(checkText(path))) throw new InvalidParams(`'${path}' must be an absolute path`);
  }
  const checked: UpgradeParams = { execPath: checkText(execPath), script: checkText(script) };
  if (order !== undefined) checked.order = checkObject(order) as unknown as LaunchOrder;
  return checked;
}

const refreshChecks: { [K in keyof Refresh]-?: (value: unknown) => Refresh[K] } = {
  program: checkWords,
  args: checkWords,
  environment: value =>
    Object.fromEntries(
      Object.entries(checkObject(value)).map(([name, text]) => [checkName(name), checkText(text)]),
    ),
  backoffLimit: checkSeconds,
  forever: checkBoolean,
  exitCodes: value => checkList(value).map(checkCode),
  startTestProgram: value => (value === null ? null : checkWords(value)),
  startTimeout: checkSeconds,
  startSeconds: checkSeconds,
  stopTimeout: checkSeconds,
  hangAround: checkBoolean,
};

function checkRefresh(given: Record<string, unknown>): Refresh {
  const checked: Record<string, unknown> = {};
  for (const [field, check] of Object.entries(refreshChecks)) {
    if (Object.hasOwn(given, field)) checked[field] = check(given[field]);
  }
  return checked as Refresh;
}

function checkWords(value: unknown): string[] {
  return checkList(value).map(checkText);
}

function checkList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new InvalidParams('words and codes must be given as a list');
}

function checkText(value: unknown): string {
  if (typeof value === 'string' && !value.includes('\0')) return value;
  throw new InvalidParams('a word or variable must be a text without NUL');
}

function checkName(value: string): string {
  if (value !== '' && !/[=\0]/.test(value)) return value;
  throw new InvalidParams('the name of a variable must not be empty or hold = or NUL');
}

function checkSeconds(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidParams('seconds must be a number, 0 or more');
}

function checkCode(value: unknown): number {
  if (Number.isInteger(value)) return value as number;
  throw new InvalidParams('exit codes must be whole numbers');
}

function checkBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new InvalidParams('a switch must be true or false');
}

function checkObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new InvalidParams('parameters must be an object');
}
