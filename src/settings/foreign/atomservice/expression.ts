import type { Token } from './tokens';
import { type AtomExe, add, Computed, isNumber, multiply, type Value } from './values';

/** What an expression can refer to. */
export interface Scope {
  variables: Map<string, Value>;
  /** `os.path.join`, and what was imported under other names. */
  functions: ReadonlyMap<string, (args: readonly Value[]) => Value | undefined>;
  /** Names of the class of a process. */
  classes: ReadonlySet<string>;
}

/**
 * Computes an expression of texts, numbers, lists, `+`, functions of os.path and processes.
 *
 * @throws Computed for anything else
 */
export function evaluate(tokens: readonly Token[], scope: Scope): Value {
  const parser = new Parser(tokens, scope);
  const value = parser.sum();
  parser.end();
  return value;
}

const DEEPEST = 50;

class Parser {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly scope: Scope,
  ) {}

  sum(): Value {
    this.depth += 1;
    if (this.depth > DEEPEST) throw this.computed();
    let value = this.product();
    while (this.takes('+')) value = this.check(add(value, this.product()));
    this.depth -= 1;
    return value;
  }

  end(): void {
    if (this.at < this.tokens.length) throw this.computed();
  }

  private product(): Value {
    let value = this.primary();
    while (this.takes('*')) value = this.check(multiply(value, this.primary()));
    return value;
  }

  private primary(): Value {
    const token = this.tokens[this.at];
    if (!token) throw this.computed();
    if (token.kind === 'text') return this.texts();
    if (token.kind === 'number') return this.number();
    if (token.kind === 'name') return this.named();
    if (this.takes('[')) return this.items(']').values;
    if (this.takes('-')) {
      const value = this.primary();
      return isNumber(value) ? { number: String(-Number(value.number)) } : this.check(undefined);
    }
    if (!this.takes('(')) throw this.computed();
    const { values, hasComma } = this.items(')');
    return hasComma || values.length === 0 ? values : this.check(values[0]);
  }

  /** Texts side by side are one. */
  private texts(): string {
    let text = '';
    while (this.tokens[this.at]?.kind === 'text') text += this.take().value;
    return text;
  }

  private number(): Value {
    const { value } = this.tokens[this.at]!;
    if (!/^(\d+\.?\d*|\.\d+)$/.test(value) || /^0\d/.test(value)) throw this.computed();
    this.take();
    return { number: value };
  }

  private named(): Value {
    const { line } = this.tokens[this.at]!;
    let name = this.take().value;
    while (this.takes('.')) {
      if (this.tokens[this.at]?.kind !== 'name') throw this.computed();
      name += `.${this.take().value}`;
    }
    if (!this.takes('(')) {
      if (Object.hasOwn(CONSTANTS, name)) return CONSTANTS[name]!;
      const value = this.scope.variables.get(name);
      if (value === undefined) throw new Computed(line, `'${name}'`);
      return value;
    }
    if (this.scope.classes.has(name)) return this.process(line);
    const act = this.scope.functions.get(name);
    if (!act) throw new Computed(line, `'${name}(...)'`);
    return this.check(act(this.items(')').values));
  }

  /** AtomExe(name, filename, args), by place or by name. */
  private process(line: number): AtomExe {
    const { values, named } = this.items(')', true);
    const [name, path, args] = ['name', 'filename', 'args'].map(
      (key, index) => values[index] ?? named.get(key),
    );
    if (typeof name !== 'string' || typeof path !== 'string' || values.length + named.size > 3)
      throw new Computed(line, 'a process whose name or path is no text');
    return { name, path, args: args ?? [], line };
  }

  private items(close: string, allowsNames = false) {
    const values: Value[] = [];
    const named = new Map<string, Value>();
    let hasComma = false;
    while (!this.takes(close)) {
      const [key, equals] = this.tokens.slice(this.at, this.at + 2);
      if (allowsNames && key?.kind === 'name' && equals?.value === '=' && equals.kind === 'sign') {
        this.at += 2;
        named.set(key.value, this.sum());
      } else values.push(this.sum());
      if (this.takes(',')) hasComma = true;
      else if (this.tokens[this.at]?.value !== close || this.tokens[this.at]?.kind !== 'sign')
        throw this.computed();
    }
    return { values, named, hasComma };
  }

  private takes(sign: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== 'sign' || token.value !== sign) return false;
    this.at += 1;
    return true;
  }

  private take(): Token {
    return this.tokens[this.at++]!;
  }

  private check(value: Value | undefined): Value {
    if (value === undefined) throw this.computed();
    return value;
  }

  private computed(): Computed {
    const token = this.tokens[Math.min(this.at, this.tokens.length - 1)];
    const what =
      this.at < this.tokens.length && token ? `what begins with '${token.value}'` : 'this expression';
    return new Computed(token?.line ?? 1, what);
  }
}

const CONSTANTS: Record<string, Value> = {
  True: true,
  False: false,
  None: null,
  DEBUG: { number: '10' },
  INFO: { number: '20' },
  WARNING: { number: '30' },
  WARN: { number: '30' },
  ERROR: { number: '40' },
  CRITICAL: { number: '50' },
  FATAL: { number: '50' },
  'logging.DEBUG': { number: '10' },
  'logging.INFO': { number: '20' },
  'logging.WARNING': { number: '30' },
  'logging.WARN': { number: '30' },
  'logging.ERROR': { number: '40' },
  'logging.CRITICAL': { number: '50' },
  'logging.FATAL': { number: '50' },
};
