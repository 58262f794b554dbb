/** A key as `node:readline` reports it. */
export interface Key {
  name?: string;
  ctrl?: boolean;
  meta?: boolean;
}

/** What the search shows: in front of the line, the line, and where the cursor is in it. */
export interface SearchView {
  prompt: string;
  line: string;
  cursor: number;
}

/** `goes on`: show the view; `taken`: edit the line found, beginning with this key; `dropped`: back to what was typed. */
export type SearchStep = 'goes on' | 'taken' | 'dropped';

/** The search of Ctrl-R: looks for earlier lines that contain what is typed. */
export class HistorySearch {
  private query = '';
  private found: number | null = null;
  private fails = false;

  /**
   * @param history the latest first
   * @param begun the line before the search
   */
  constructor(
    private readonly history: readonly string[],
    private readonly begun: string,
  ) {}

  press(text: string | undefined, { name, ctrl = false, meta = false }: Key): SearchStep {
    if (name === 'escape' || (ctrl && name === 'g')) return 'dropped';
    if (ctrl && name === 'r') this.look((this.found ?? -1) + 1, 1);
    else if (ctrl && name === 's') this.look((this.found ?? 0) - 1, -1);
    else if (name === 'backspace' || (ctrl && name === 'h')) this.change(this.query.slice(0, -1));
    else if (!ctrl && !meta && text !== undefined && /^\P{Cc}+$/u.test(text)) this.change(this.query + text);
    else return 'taken';
    return 'goes on';
  }

  view(): SearchView {
    const line = this.found === null ? this.begun : (this.history[this.found] ?? this.begun);
    const at = line.indexOf(this.query);
    return {
      prompt: `${this.fails ? 'no line with' : 'search'} '${this.query}': `,
      line,
      cursor: at < 0 || this.found === null ? line.length : at,
    };
  }

  /** A longer query may still match the line that was found. */
  private change(query: string): void {
    const isLonger = query.length > this.query.length;
    this.query = query;
    this.look(isLonger ? (this.found ?? 0) : 0, 1);
  }

  private look(from: number, step: 1 | -1): void {
    this.fails = false;
    if (this.query === '') {
      this.found = null;
      return;
    }
    for (let at = from; at >= 0 && at < this.history.length; at += step) {
      if (!this.history[at]?.includes(this.query)) continue;
      this.found = at;
      return;
    }
    this.fails = true;
  }
}
