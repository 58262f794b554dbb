import type { Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { HistorySearch, type Key } from './search';

/** What readline's Interface has beyond its types; Node's own REPL uses it in the same way. */
export interface Editor extends Interface {
  line: string;
  cursor: number;
  history: string[];
  historyIndex: number;
  prevRows: number;
  _ttyWrite(text: string | undefined, key: Key): void;
}

/**
 * Adds what readline lacks to an editor: Ctrl-R searches the history, and a Tab in the middle of pasted text is a blank,
 * for readline would insert a character that garbles the line.
 *
 * @param reader the editor
 * @param input where its keys come from
 */
export function teachKeys(reader: Editor, input: Readable): void {
  const press = reader._ttyWrite.bind(reader);
  const tabs = new TabCount(input);
  let search: { history: HistorySearch; prompt: string; begun: string } | null = null;

  function show(prompt: string, line: string, cursor: number): void {
    reader.setPrompt(prompt);
    Object.assign(reader, { line, cursor });
    reader.prompt(true);
  }

  function searchOn(text: string | undefined, key: Key): void {
    if (search === null) return;
    const { history, prompt, begun } = search;
    const step = history.press(text, key);
    const { line, cursor, prompt: ownPrompt } = history.view();
    if (step === 'goes on') return show(ownPrompt, line, cursor);
    search = null;
    if (step === 'dropped') return show(prompt, begun, begun.length);
    show(prompt, line, cursor);
    reader._ttyWrite(text, key);
  }

  function pressTab(text: string | undefined, key: Key): void {
    if (tabs.isInside()) press(' ', { name: 'space' });
    else {
      Object.assign(reader, { isCompletionEnabled: true });
      press(text, key);
    }
  }

  reader._ttyWrite = (text, key = {}) => {
    if (search !== null) return searchOn(text, key);
    if (key.ctrl && key.name === 'r') {
      search = {
        history: new HistorySearch(reader.history, reader.line),
        prompt: reader.getPrompt(),
        begun: reader.line,
      };
      return searchOn(text, key);
    }
    if (key.name === 'tab' && !key.meta) return pressTab(text, key);
    press(text, key);
  };
}

/** Counts the Tabs of one read: those at its end complete, and those inside of it are part of a text. */
class TabCount {
  private left = 0;
  private atEnd = 0;

  constructor(input: Readable) {
    input.prependListener('data', (chunk: Buffer | string) => {
      const text = String(chunk);
      this.left = text.split('\t').length - 1;
      this.atEnd = /\t*$/.exec(text)?.[0].length ?? 0;
    });
  }

  /** Whether the next Tab is inside. */
  isInside(): boolean {
    this.left -= 1;
    return this.left >= this.atEnd;
  }
}
