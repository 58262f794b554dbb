import { findGroup } from '../../system/users';
import { quoteText, ValueFault } from '../faults';
import { expandHome } from '../home';
import type { ValueType } from '../values';

/** Paths of files of variables; a `?` before one means that it can be missing. */
export const variableFiles: ValueType<string[]> = {
  name: 'paths separated by commas; ? before a path means that it can be missing',
  parse(text, env) {
    return splitList(text, 'a path').map(item => {
      const [mark, path] = item.startsWith('?') ? ['?', item.slice(1).trim()] : ['', item];
      if (path === '') throw new ValueFault('has a ? without a path; write the path behind it');
      return mark + expandHome(path, env);
    });
  },
  format: list => list.join(', '),
};

/** Names of variables. */
export const variableNames: ValueType<string[]> = {
  name: 'names of variables separated by commas',
  parse(text) {
    return splitList(text, 'a name').map(name => {
      if (!/[=\s]/.test(name)) return name;
      throw new ValueFault(`must be names of variables separated by commas, not ${quoteText(name)}`);
    });
  },
  format: list => list.join(', '),
};

/** Names or numbers of groups; the list may be empty: `none`. */
export const groupNames: ValueType<string[]> = {
  name: 'names or numbers of groups separated by commas, or none',
  parse: text => (text === 'none' ? [] : splitList(text, 'a group')),
  format: list => (list.length === 0 ? 'none' : list.join(', ')),
  verify: list => {
    for (const group of list) findGroup(group);
  },
};

function splitList(text: string, what: string): string[] {
  const items = text.split(',').map(item => item.trim());
  if (text.trim() === '') throw new ValueFault(`must be ${what}, or several separated by commas, not empty`);
  if (items.includes(''))
    throw new ValueFault(`has nothing between two commas; write ${what}, or remove a comma`);
  return items;
}
