import { errorAt, quoteText } from '../../faults';
import { type Token, tokenize } from './tokens';

/** An option of a job, or one of the whole file. */
export interface Statement {
  /** `name`, `ulimit`, `report`. */
  key: string;
  /** Its words: pairs for `ulimit`, files for `depends`. */
  words: Token[];
  line: number;
}

export interface Job {
  line: number;
  statements: Statement[];
}

/** What pmtr.conf says, before any value is interpreted. */
export interface PmtrFile {
  jobs: Job[];
  /** `report to` and `listen on`. */
  globals: Statement[];
}

/**
 * Parses pmtr.conf by pmtr's own grammar.
 *
 * @throws UsageError with file and line
 */
export function parsePmtr(text: string, file: string): PmtrFile {
  const reader = new Reader(tokenize(text, file), file);
  const jobs: Job[] = [];
  const globals: Statement[] = [];
  for (let token = reader.peek(); token; token = reader.peek()) {
    if (token.kind === 'job') jobs.push(readJob(reader));
    else globals.push(readGlobal(reader));
  }
  return { jobs, globals };
}

function readGlobal(reader: Reader): Statement {
  const { kind, line } = reader.peek()!;
  if (kind !== 'report' && kind !== 'listen')
    throw reader.fault("only 'job {', 'report to' and 'listen on' can");
  reader.take();
  reader.expect(kind === 'report' ? 'to' : 'on');
  return { key: kind, words: [reader.expect('text')], line };
}

function readJob(reader: Reader): Job {
  const { line } = reader.expect('job');
  reader.expect('{');
  const statements = [readOption(reader, line)];
  while (reader.peek()?.kind !== '}') statements.push(readOption(reader, line));
  reader.take();
  return { line, statements };
}

const VALUED = ['name', 'dir', 'out', 'in', 'err', 'user', 'order', 'env', 'nice', 'cpu'];
const BARE = ['disable', 'wait', 'once'];

/** @param start the line of the job, for the message about a job without an end */
function readOption(reader: Reader, start: number): Statement {
  const token = reader.peek();
  if (!token || token.kind === 'job')
    throw reader.faultAt(start, "the job has no '}' at the start of a line; add it");
  const { kind: key, line } = token;
  if (BARE.includes(key)) return { key: reader.take().kind, words: [], line };
  if (VALUED.includes(key)) return { key: reader.take().kind, words: [reader.expect('text')], line };
  if (key === 'cmd') {
    reader.take();
    return { key, words: [reader.expect('text'), ...reader.takeWhile('text', 'quoted')], line };
  }
  if (key === 'bounce') {
    reader.take();
    reader.expect('every');
    return { key, words: [reader.expect('text')], line };
  }
  if (key === 'depends') {
    reader.take();
    return { key, words: reader.takeFiles(), line };
  }
  if (key === 'ulimit') {
    reader.take();
    if (reader.peek()?.kind === '{') return { key, words: reader.takePairs(), line };
    return { key, words: [reader.expect('text'), reader.expect('text')], line };
  }
  throw reader.fault('an option of a job must');
}

/** Looks at one token ahead. */
class Reader {
  private next: Token | undefined;
  private last = 1;

  constructor(
    private readonly tokens: Generator<Token>,
    private readonly file: string,
  ) {
    this.next = this.pull();
  }

  peek(): Token | undefined {
    return this.next;
  }

  take(): Token {
    const token = this.next!;
    this.last = token.line;
    this.next = this.pull();
    return token;
  }

  takeWhile(...kinds: Token['kind'][]): Token[] {
    const taken: Token[] = [];
    while (this.next && kinds.includes(this.next.kind)) taken.push(this.take());
    return taken;
  }

  expect(kind: Token['kind']): Token {
    if (this.next?.kind === kind) return this.take();
    throw this.fault(kind === 'text' ? 'a value must' : `'${kind}' must`);
  }

  /** `{`, at least one file, `}` */
  takeFiles(): Token[] {
    this.expect('{');
    const words = [this.expect('text'), ...this.takeWhile('text')];
    this.expect('}');
    return words;
  }

  /** `{`, a letter and a value on each line, `}` */
  takePairs(): Token[] {
    this.expect('{');
    const words: Token[] = [];
    while (this.next?.kind === 'text') words.push(this.take(), this.expect('text'));
    this.expect('}');
    return words;
  }

  /** @param what may stand here, as the beginning of `... come next` */
  fault(what: string): Error {
    const token = this.next;
    if (!token) return this.faultAt(this.last, `the file ends where ${what} come next; complete it`);
    return this.faultAt(
      token.line,
      `${quoteText(token.value)} stands where ${what} come next${adviseOn(token)}`,
    );
  }

  faultAt(line: number, sentence: string): Error {
    return errorAt(`${this.file}:${line}`, sentence);
  }

  private pull(): Token | undefined {
    const { value, done } = this.tokens.next();
    return done ? undefined : value;
  }
}

function adviseOn({ kind, value }: Token): string {
  if (kind === 'quoted') return '; only arguments of cmd can be quoted';
  if (['{', 'on', 'to', 'every'].includes(kind)) return `; as an argument of cmd, write "${value}"`;
  return kind === 'text' ? '; words of pmtr count only at the start of a line' : '';
}
