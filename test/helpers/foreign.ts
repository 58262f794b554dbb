import * as assert from 'uvu/assert';
import type { ForeignProgram, ReportLine } from '../../src/settings/foreign/reading';
import { UsageError } from '../../src/system/errors';

/** The settings of a program by their keys; fails for a key that is there twice. */
export function entriesOf({ entries }: Pick<ForeignProgram, 'entries'>): Record<string, string | undefined> {
  return toRecord(entries);
}

/** The same for its variables. */
export function variablesOf({ environment }: ForeignProgram): Record<string, string | undefined> {
  return toRecord(environment);
}

/** The line of a report that begins with a text. */
export function lineOf(report: readonly ReportLine[], text: string): ReportLine {
  const found = report.find(line => line.text.startsWith(text));
  assert.ok(found, `no line '${text}' in ${JSON.stringify(report)}`);
  return found!;
}

/** Fails unless the reading is refused with one sentence. */
export function refusesWith(message: RegExp, read: () => unknown): void {
  try {
    read();
  } catch (error) {
    assert.instance(error, UsageError);
    assert.match((error as Error).message, message);
    return;
  }
  assert.unreachable(`not refused with ${message}`);
}

function toRecord(entries: ForeignProgram['entries']): Record<string, string | undefined> {
  const keys = entries.map(({ key }) => key);
  assert.is(new Set(keys).size, keys.length, `a key is there twice: ${keys}`);
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}
