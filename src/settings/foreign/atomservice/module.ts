import { evaluate, type Scope } from './expression';
import { type Statement, splitStatements, type Token } from './tokens';
import { add, Computed, makeFunctions, type Value } from './values';

/** The variables of a configuration, and where each of them was last set. */
export interface Module {
  variables: Map<string, Value>;
  /** The statement that set a variable last, or added to it. */
  statements: Map<string, Statement[]>;
}

/**
 * Follows a configuration as far as that is possible without running it: imports, the class of a process, assignments,
 * `+=`, `append` and `extend`.
 *
 * @param text the source
 * @param file for messages
 * @param folder in which relative paths start
 * @throws Computed for anything else; UsageError for text that is no Python
 */
export function followModule(text: string, file: string, folder: string): Module {
  const module: Module = { variables: new Map(), statements: new Map() };
  const functions = new Map(Object.entries(makeFunctions(folder)));
  const scope: Scope = { variables: module.variables, functions, classes: new Set(CLASSES) };
  let isInClass = false;
  for (const statement of splitStatements(text, file)) {
    if (statement.isIndented) {
      if (isInClass) continue;
      throw new Computed(statement.line, 'an indented line');
    }
    isInClass = isClass(statement);
    if (!isInClass) follow(statement, scope, functions, module);
  }
  return module;
}

/** The documentation of atomservice has both names. */
const CLASSES = ['AtomExe', 'Exe'];

function isClass({ tokens: [first, name] }: Statement): boolean {
  return first?.value === 'class' && CLASSES.includes(name?.value ?? '');
}

function follow(
  statement: Statement,
  scope: Scope,
  functions: Map<string, (args: readonly Value[]) => Value | undefined>,
  module: Module,
): void {
  const { tokens, line } = statement;
  const [first, second] = tokens;
  const words = tokens.map(({ value }) => value);
  if (tokens.every(({ kind }) => kind === 'text') || words.join() === 'pass') return;
  if (first?.value === 'import' || first?.value === 'from') return importNames(words, line, functions);
  if (first?.kind !== 'name') throw new Computed(line, `what begins with '${first?.value}'`);
  const note = (name: string) =>
    module.statements.set(name, [...(module.statements.get(name) ?? []), statement]);
  if (isSign(second, '=')) {
    module.statements.delete(first.value);
    note(first.value);
    scope.variables.set(first.value, evaluate(tokens.slice(2), scope));
  } else if (isSign(second, '+=')) {
    note(first.value);
    extend(first.value, evaluate(tokens.slice(2), scope), scope, line);
  } else if (/^\.,(append|extend),\($/.test(words.slice(1, 4).join()) && isSign(tokens.at(-1), ')')) {
    note(first.value);
    const value = evaluate(tokens.slice(4, -1), scope);
    extend(first.value, words[2] === 'append' ? [value] : value, scope, line);
  } else throw new Computed(line, `what begins with '${first.value}'`);
}

/** A list grows where it is, also for other names of it. */
function extend(name: string, value: Value, scope: Scope, line: number): void {
  const before = scope.variables.get(name);
  if (Array.isArray(before) && Array.isArray(value)) {
    before.push(...value);
    return;
  }
  const sum = before === undefined ? undefined : add(before, value);
  if (sum === undefined || Array.isArray(before)) throw new Computed(line, `'${name}'`);
  scope.variables.set(name, sum);
}

/** Only modules whose functions are known. */
function importNames(
  words: readonly string[],
  line: number,
  functions: Map<string, (args: readonly Value[]) => Value | undefined>,
): void {
  const text = words.join(' ');
  const from = /^from (os \. path|os|logging) import (.*)$/.exec(text);
  if (/^import (os|sys|logging|os \. path)( , (os|sys|logging|os \. path))*$/.test(text)) return;
  if (!from) throw new Computed(line, `'${text.replaceAll(' . ', '.')}'`);
  const prefix = from[1]!.replaceAll(' ', '');
  for (const part of from[2]!.replace(/[()]/g, '').split(',')) {
    const [name = '', as, alias = name] = part.trim().split(' ');
    const act = functions.get(`${prefix}.${name}`);
    if (act && (as === undefined || as === 'as')) functions.set(alias, act);
    // `from os import path`
    if (prefix === 'os' && name === 'path')
      for (const [key, one] of [...functions])
        if (key.startsWith('os.path.')) functions.set(`${alias}${key.slice(7)}`, one);
  }
}

function isSign(token: Token | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.value === sign;
}
