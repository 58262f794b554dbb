/** What a field is in Python: it decides which conversions are allowed. */
export type FieldKind = 'text' | 'whole' | 'float';

interface Field {
  kind: FieldKind;
  /** Whether a manager without Python has a value for it. */
  means: boolean;
}

const text: Field = { kind: 'text', means: true };
const whole: Field = { kind: 'whole', means: true };
const float: Field = { kind: 'float', means: true };
const nowhere = (kind: FieldKind): Field => ({ kind, means: false });

/** The fields of a record of Python's logging. */
export const FIELDS: Readonly<Record<string, Field>> = {
  name: text,
  levelname: text,
  levelno: whole,
  message: text,
  asctime: text,
  created: float,
  msecs: float,
  relativeCreated: float,
  process: whole,
  processName: nowhere('text'),
  thread: nowhere('whole'),
  threadName: nowhere('text'),
  pathname: nowhere('text'),
  filename: nowhere('text'),
  module: nowhere('text'),
  lineno: nowhere('whole'),
  funcName: nowhere('text'),
};

/** A value, with its kind: a float of Python that is whole is not written as an integer is. */
export interface FieldValue {
  kind: FieldKind;
  value: string | number;
}

/** What is written for a field without a value. */
export function absentValue(name: string): FieldValue {
  const kind = FIELDS[name]?.kind ?? 'text';
  return { kind, value: kind === 'text' ? '-' : 0 };
}
