import { sortEntries } from '../../list/columns';
import type { Entry } from '../../list/entries';

/** What the user has chosen to see. */
export interface View {
  mode: 'list' | 'output' | 'help';
  /** The name of the program that is selected; null if there is none. */
  selected: string | null;
  /** The first program that is visible, counted from 0. */
  first: number;
  /** Only programs whose line contains this are shown. */
  filter: string;
  /** Whether the filter is being typed. */
  isTyping: boolean;
  /** A column, as for `--sort`; null: the order of the fleet. */
  sort: string | null;
}

export function newView(): View {
  return { mode: 'list', selected: null, first: 0, filter: '', isTyping: false, sort: null };
}

/** What `S` goes through. */
const SORTS = [null, 'name', 'state', '-cpu', '-mem', '-uptime', '-restarts'];

export function nextSort(sort: string | null): string | null {
  return SORTS[(SORTS.indexOf(sort) + 1) % SORTS.length] ?? null;
}

/** The entries that the filter lets through, in the order that the user has chosen. */
export function chooseEntries(entries: readonly Entry[], { filter, sort }: View): Entry[] {
  const wanted = filter.toLowerCase();
  const isWanted = ({ name, word, tags = [], why }: Entry) =>
    [name, word, why, ...tags.map(tag => `@${tag}`)].some(text => text.toLowerCase().includes(wanted));
  return sortEntries(wanted === '' ? entries : entries.filter(isWanted), sort);
}

/**
 * Keeps the selection on a program that is shown, and in sight.
 *
 * @param names of the programs that are shown
 * @param room how many of them are visible at once
 */
export function settle(view: View, names: readonly string[], room: number): void {
  const at = Math.max(0, names.indexOf(view.selected ?? ''));
  view.selected = names[at] ?? null;
  view.first = Math.max(0, Math.min(view.first, at, names.length - room));
  view.first = Math.max(view.first, at - room + 1);
}

/** Moves the selection by so many lines. */
export function move(view: View, names: readonly string[], by: number): void {
  const at = names.indexOf(view.selected ?? '');
  view.selected = names[Math.max(0, Math.min(names.length - 1, at + by))] ?? null;
}
