import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../../src/settings/argv';
import { formatValue, parseValue, settingOptions } from '../../../src/settings/options';
import { resolveConfiguration } from '../../../src/settings/resolve';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('settings of schedules');
const folder = makeTemporaryFolder();

const REFUSED_CRON: Record<string, string> = {
  '61 * * * *': "run-at has '61' as its minute, field 1 of 5; it is 0 to 59, also as in *, 1-5, */2 or 1,3",
  '* 24 * * *': "run-at has '24' as its hour, field 2 of 5; it is 0 to 23, also as in *, 1-5, */2 or 1,3",
  '* * 32 * *': "run-at has '32' as its day of the month, field 3 of 5; it is 1 to 31",
  '* * * 0 *': "run-at has '0' as its month, field 4 of 5; it is 1 to 12, or JAN to DEC",
  '* * * * 8': "run-at has '8' as its day of the week, field 5 of 5; it is 0 to 7",
  '* * * * moon': "run-at has 'moon' as its day of the week, field 5 of 5",
  '70 * * * * *': "run-at has '70' as its second, field 1 of 6",
  '*/0 * * * *': "run-at has '*/0' as its minute, field 1 of 5",
  '9-5 * * * *': "run-at has '9-5' as its minute, field 1 of 5",
  '* * * *':
    "run-at must be minute, hour, day of the month, month and day of the week, with the second in front or without, such as 30 3 * * 1-5; '* * * *' has 4 fields",
  '2026-12-24T00:00:00': 'has 1 field',
  '0 0 0 1 1 * 2030': 'has 7 fields',
  '': "'' has 0 fields",
  '0 0 30 2 *': "run-at names a day that never comes: '0 0 30 2 *'",
  '0 0 31 feb,apr *': 'run-at names a day that never comes',
  '@reboot':
    "run-at must be five fields or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually, not '@reboot'; what starts the machine starts zd",
  '@dayly': "not '@dayly'",
};

for (const [text, message] of Object.entries(REFUSED_CRON))
  test(`the cron expression '${text}' is refused with its field`, () => {
    assert.throws(() => parse('run-at', text), has(message));
  });

test('the column is that of the field, in both formats', () => {
  refuses('[runner]\nprogram = a\nrun-at = 0 25 * * *', "c:3:12: run-at has '25' as its hour");
  refuses('<runner>\n program a\n run-at 0 25 * * *\n</runner>', "c:3:11: run-at has '25' as its hour");
});

test('good expressions are kept with one blank between fields; nicknames are in lower case', () => {
  assert.is(parse('run-at', '0  3 \t* * mon-fri'), '0 3 * * mon-fri');
  assert.is(parse('run-at', '@Daily'), '@daily');
  for (const text of ['*/5 * * * * *', '0 0 29 2 *', '0 0 L * *', '15,45 8-18 * * 1-5', '0 9 * * 1#2'])
    assert.is(parse('run-at', text), text);
});

test('any five fields of numbers, ranges and steps are accepted or refused with a field, never with a stack', () => {
  const part = fc.oneof(
    fc.constant('*'),
    fc.integer({ min: 0, max: 70 }).map(String),
    fc.tuple(fc.nat(70), fc.nat(70)).map(([from, to]) => `${from}-${to}`),
    fc.nat(70).map(step => `*/${step}`),
    fc.string({ maxLength: 4 }).filter(text => /^\S+$/.test(text)),
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 5, maxLength: 6 }), fields => {
      try {
        const text = parse('run-at', fields.join(' ')) as string;
        assert.is(parse('run-at', text), text);
      } catch (error) {
        assert.match((error as Error).message, /field \d of \d|fields|never comes|must be five fields/);
      }
    }),
    { numRuns: 300 },
  );
});

test('a time zone is one that the system knows', () => {
  assert.is(parse('run-zone', 'Europe/Berlin'), 'Europe/Berlin');
  const message = "run-zone must be a time zone such as UTC or Europe/Berlin, not 'Mars/Olympus'";
  assert.throws(() => parse('run-zone', 'Mars/Olympus'), has(message));
  assert.throws(() => parse('run-zone', ''), has('run-zone must be a time zone'));
});

const INI = '[runner]\nrun-every = 60\n[steps]\nsearch = find /in -name "*.log"\nmove = mv \'a b\' c\n';
const ZCONFIG =
  '<runner>\n run-every 60\n</runner>\n<steps>\n search find /in -name "*.log"\n move mv \'a b\' c\n</steps>\n';

for (const [format, text] of Object.entries({ INI, ZConfig: ZCONFIG }))
  test(`steps are read in the order of the file (${format})`, () => {
    const { settings, origins } = read(text);
    assert.equal(settings.steps, [
      { name: 'search', command: ['find', '/in', '-name', '*.log'] },
      { name: 'move', command: ['mv', 'a b', 'c'] },
    ]);
    assert.is(origins.steps, format === 'INI' ? 'c:3' : 'c:4');
    assert.equal(settings.program, []);
  });

test('names of steps are case-sensitive, and bytes of a command are kept', () => {
  const { settings } = read("[steps]\nA = p 'a  b' \\\\ ÿé#x;y\na = q");
  assert.equal(settings.steps, [
    { name: 'A', command: ['p', 'a  b', '\\', 'ÿé#x;y'] },
    { name: 'a', command: ['q'] },
  ]);
});

test('-X replaces a step in its place, and is the origin', () => {
  const { settings, origins } = read('[steps]\na = p\nb = q', '-X', 'steps/a=r s');
  assert.equal(
    settings.steps?.map(({ name, command }) => [name, ...command].join(' ')),
    ['a r s', 'b q'],
  );
  assert.is(origins.steps, '-X steps/a');
});

const REFUSED_FILES: Record<string, string> = {
  '[runner]\nprogram = a\n[steps]\nx = b':
    'c:2: program cannot be used with steps (c:3), which run instead; remove program, or make it one of them',
  '[runner]\nprogram = a\nrun-every = 5\nrun-at = @daily':
    'c:4: run-at cannot be used with run-every (c:3); they are two schedules: remove one of them',
  '[runner]\nprogram = a\nrun-every = 5\nforever = on':
    'c:4: forever cannot be used with run-every (c:3); a schedule never gives up: remove forever',
  '[runner]\nprogram = a\nrun-at = @daily\nforever = on':
    'c:4: forever cannot be used with run-at (c:3); a schedule never',
  '[runner]\nprogram = a\nrun-at = @daily\nrestart-every = 1h':
    'c:4: restart-every cannot be used with run-at (c:3); run-timeout limits the length of a run',
  '[runner]\nprogram = a\nrun-every = 5\nonce = on': 'c:4: once cannot be used with run-every (c:3)',
  '[runner]\nprogram = a\nrun-zone = UTC':
    'c:3: run-zone is the time zone of run-at; add run-at, or remove run-zone',
  '[runner]\nprogram = a\nstep-pause = 5':
    'c:3: step-pause is about steps; add a section [steps], or remove it',
  '[runner]\nprogram = a\nstep-failure = go-on':
    'c:3: step-failure is about steps; add a section [steps], or remove it',
  '[runner]\nprogram = a\nstep-failure = stop': "c:3: step-failure must be end or go-on, not 'stop'",
  '[steps]': 'c:1: [steps] has no step; add a line with a name and a command, or remove [steps]',
  '[steps]\na b = c': "c:2: the step 'a b' must have a name of up to 64 letters",
  '[steps]\na =': "c:2: the step 'a' must be a command, not empty",
  '[steps]\na = p "x': "c:2:7: the step 'a' has a \" that is not closed",
  '[steps]\na = p\na = q': "c:3: 'a' is set twice in [steps], first at c:2; remove one",
  '<steps>\n <a>\n </a>\n</steps>': 'c:2: <a> is not allowed in <steps>; close <steps> first',
  '<step>\n a p\n</step>': 'c:1: unknown section <step>; did you mean <steps>?',
  '[stepz]\na = p': "c:1: unknown section 'stepz'; did you mean 'steps'?",
};

for (const [text, message] of Object.entries(REFUSED_FILES))
  test(`refused: ${JSON.stringify(text)}`, () => refuses(text, message));

test('sections of other programs that are not as close are skipped', () => {
  assert.is(read('<runner>\n program a\n</runner>\n<stats>\n x y\n</stats>').settings.steps, null);
});

test('a command of a step that looks like one for a shell is remarked upon', () => {
  const { notes } = read('[steps]\na = p | q');
  assert.match(notes.join('\n'), 'c:1: no shell reads step a');
});

test('steps that are shown can be parsed back, whatever their words are', () => {
  const option = settingOptions.find(({ key }) => key === 'steps')!;
  const word = fc.oneof(fc.constantFrom(';', 'a;', '; b = c', '"', "';", '\\', '\\;', "'"), fc.string());
  const words = fc.array(
    word.filter(text => !/[\0\n\r]/.test(text)),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 3 }), commands => {
      const steps = commands.map((command, index) => ({ name: `s${index}`, command }));
      assert.equal(parseValue(option, formatValue(option, steps)), steps);
    }),
  );
});

function parse(key: string, text: string): unknown {
  return parseValue(settingOptions.find(option => option.key === key)!, text);
}

function read(text: string, ...flags: string[]) {
  writeFileSync(join(folder, 'c'), text);
  return resolveConfiguration({ argv: parseArguments(['-C', 'c', ...flags]), cwd: folder });
}

function refuses(text: string, message: string): void {
  assert.throws(() => read(text), has(message));
}

function has(message: string) {
  return (error: Error) => {
    assert.match(error.message, message);
    return true;
  };
}

test.run();
