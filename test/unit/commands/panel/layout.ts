import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Situation } from '../../../../src/client/situation';
import type { Facts, Process } from '../../../../src/commands/panel/facts';
import { layOutPanel, layOutStill } from '../../../../src/commands/panel/layout';
import { makePanel } from '../../../../src/commands/panel/panel';
import { drawProcesses } from '../../../../src/commands/panel/process-table';
import { listRows } from '../../../../src/commands/panel/rows';
import { listLiveRows } from '../../../../src/commands/panel/rows-live';
import { drawBars, Samples } from '../../../../src/commands/panel/samples';
import type { StatusReport } from '../../../../src/protocol/messages';
import { parseArguments } from '../../../../src/settings/argv';
import { resolveConfiguration } from '../../../../src/settings/resolve';
import { glyphsOf, type Look } from '../../../../src/system/terminal';
import { measure } from '../../../../src/system/text/columns';
import { sampleReport } from '../../../helpers/sample-report';
import { suite } from '../../../runner/guard';

const test = suite('layout of the panel');

const configuration = resolveConfiguration({ argv: parseArguments(['-p', 'sleep 100', 'status']) });
const context = { configuration } as Parameters<typeof makePanel>[0];

function situationOf(part: Partial<StatusReport> = {}): Situation {
  const report = { ...sampleReport, ...part };
  const { pid, managerPid, wanted, testing, args } = report;
  return { kind: 'managed', view: { pid, managerPid, wanted, testing, args, report, text: '' } };
}

const process = (part: Partial<Process> = {}): Process => ({
  pid: 13057,
  depth: 0,
  name: 'sleep',
  startTime: '1',
  memory: 2 ** 20,
  processor: 1,
  formerChildren: 0,
  share: 0.01,
  command: 'sleep 100',
  ...part,
});

const factsOf = (part: Partial<Facts> = {}): Facts => ({
  situation: situationOf(),
  usage: {
    processes: [process(), process({ pid: 13059, depth: 1, command: '日本 \x1b[2J' })],
    memory: 2 ** 21,
    share: 0.5,
    ports: [
      { port: 8124, address: null },
      { port: 9000, address: '127.0.0.1' },
    ],
  },
  ends: [
    { n: 1, at: sampleReport.now - 99, pid: 7, uptime: 3, code: 1, by: 'nobody', lines: [] },
    { n: 2, at: sampleReport.now - 9, pid: 8, uptime: 3, signal: 15, by: 'restart', lines: [] },
  ],
  drift: 'program (restart)',
  now: sampleReport.now,
  ...part,
});

const noise = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('日本', '🎉', '\t', '\x1b[31m', '\x1b]0;x\x07', '\u202e'),
    ),
  )
  // What a program says may have the symbols that zd itself does without.
  .map(parts => parts.join('').replace(/[●✗◐○…·└▁-█]/g, 'x'));
const looks = fc.record({
  columns: fc.integer({ min: 20, max: 200 }),
  hasSymbols: fc.boolean(),
  hasColours: fc.boolean(),
});
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const colours = /\x1b\[(0|2|3[123])m/g;

function examine(lines: readonly string[], { columns, hasColours, hasSymbols }: Look): void {
  for (const line of lines) {
    const plain = line.replace(colours, '');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    assert.not.match(plain, /[\x00-\x1f\x7f-\x9f]/);
    assert.ok(measure(plain) <= columns, `${measure(plain)} > ${columns}: ${plain}`);
    if (!hasColours) assert.is(line, plain);
    if (!hasSymbols) assert.not.match(plain, /[●✗◐○…·└▁-█]/);
  }
}

test('no line is wider than the screen, and nothing attacks it', () => {
  fc.assert(
    fc.property(
      looks,
      noise,
      fc.array(noise, { maxLength: 5 }),
      fc.integer({ min: 1, max: 60 }),
      (look, text, output, height) => {
        const said = {
          programStatus: text,
          aliveError: text,
          args: ['sh', text],
          transcript: `/x/${text}`,
          lines: output,
        };
        const usage = { ...factsOf().usage, processes: [process(), process({ command: text, depth: 9 })] };
        const facts = factsOf({ situation: situationOf(said), usage });
        const panel = makePanel(context, facts, look);
        examine(layOutPanel(panel, look), look);
        const samples = new Samples(10);
        samples.add(0.3);
        const rows = listLiveRows(configuration, facts, { cpu: samples, memory: samples }, glyphsOf(look));
        const still = layOutStill({ ...panel, rows, output }, look, height, 99);
        assert.ok(still.length <= height);
        examine(still, look);
      },
    ),
    { numRuns: 300 },
  );
});

test('a low screen keeps the state first, and then what matters most', () => {
  const look = { columns: 80, hasSymbols: true, hasColours: false };
  const panel = { ...makePanel(context, factsOf(), look), output: ['last words'] };
  const one = layOutStill(panel, look, 1, 9);
  assert.equal(one.length, 1);
  assert.match(one[0] ?? '', /^● sleep {2}running for /);
  const few = layOutStill(panel, look, 6, 9).join('\n');
  assert.match(few, '\n  process ');
  assert.match(few, '    last words');
  assert.not.match(few, 'manager');
  assert.match(layOutStill(panel, look, 60, 9).join('\n'), '\n  manager ');
  const wrong = factsOf({ situation: situationOf({ transcriptError: 'no space left on device' }) });
  const bad = layOutStill({ ...makePanel(context, wrong, look), output: ['x'] }, look, 6, 9).join('\n');
  assert.match(bad, 'no space left on device');
});

test('a file that has changed since it was read is not compared', () => {
  const own = { ...configuration, file: '/x/app.conf' };
  const tell = (part: Partial<Facts>) =>
    listRows(own, factsOf(part), glyphsOf({ hasSymbols: true } as Look)).find(({ name }) => name === 'config')
      ?.value;
  assert.is(tell({}), '/x/app.conf, changed since the start: program (restart); zd apply applies it');
  assert.is(tell({ drift: '' }), '/x/app.conf, unchanged since the start');
  assert.is(tell({ drift: '', isOutdated: true }), '/x/app.conf, changed since it was read here');
});

test('a manager of zdaemon says only that the program runs', () => {
  const view = {
    pid: 7,
    managerPid: 6,
    wanted: 'up' as const,
    testing: false,
    args: ['sleep', '9'],
    report: null,
    text: '',
  };
  const look = { columns: 80, hasSymbols: true, hasColours: false };
  const facts = factsOf({ situation: { kind: 'managed', view }, ends: [], drift: null });
  const lines = layOutPanel(makePanel(context, facts, look), look);
  assert.equal(lines.slice(0, 2), ['● sleep  running', '  program     sleep 9']);
});

test('the rows say what is known, and nothing else', () => {
  const names = (facts: Facts) =>
    listRows(configuration, facts, glyphsOf({ hasSymbols: true } as Look)).map(({ name }) => name);
  assert.equal(names(factsOf()), [
    'program',
    'process',
    'processes',
    'started',
    'crashes',
    'transcript',
    'manager',
    'history',
  ]);
  const nothing: Situation = { kind: 'nothing', lastExit: null, down: null };
  const usage = { processes: [], memory: 0, share: null, ports: [] };
  assert.equal(names(factsOf({ situation: nothing, usage, ends: [], drift: null })), ['program']);
});

test('of many processes, the first and those that use most are shown', () => {
  const many = Array.from({ length: 50 }, (_, index) =>
    process({
      pid: 100 + index,
      depth: index === 0 ? 0 : 1,
      share: index === 30 ? 0.9 : 0,
      command: `c${index}`,
    }),
  );
  const lines = drawProcesses(many, 80, glyphsOf({ hasSymbols: true } as Look));
  assert.is(lines.length, 8);
  assert.match(lines[0] ?? '', /^100 .* c0$/);
  assert.ok(lines.some(line => line.endsWith('└ c30')));
  assert.is(lines.at(-1), 'and 43 more');
});

test('samples are grouped so that a column keeps its neighbours, and gaps stay gaps', () => {
  const samples = new Samples(6);
  assert.equal(samples.group(3), []);
  for (const value of [1, 5, Number.NaN, Number.NaN, 2]) samples.add(value);
  assert.equal(samples.group(3), [5, Number.NaN, 2]);
  assert.is(samples.largest, 5);
  for (const value of [3, 4]) samples.add(value);
  assert.equal(samples.group(3), [Number.NaN, 3, 4]);
  const symbols = glyphsOf({ hasSymbols: true } as Look);
  assert.is(drawBars([0, 1, Number.NaN, 2], 2, symbols), '▁▄ █');
  assert.is(drawBars([0, 2], 0, symbols), '▁▁');
  assert.is(drawBars([0, 1, 2], 2, glyphsOf({ hasSymbols: false } as Look)), '_=@');
});

test.run();
