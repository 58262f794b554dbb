import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../../src/settings/argv';
import { resolveConfiguration } from '../../../src/settings/resolve';
import { UsageError } from '../../../src/system/errors';
import { suite } from '../../runner/guard';

const cwd = mkdtempSync(join(tmpdir(), 'zd-faults-'));
const faults = suite('configuration faults');

faults.after(() => rmSync(cwd, { recursive: true }));

faults('INI: each error is one sentence with the line and the solution', () => {
  const cases: Record<string, string> = {
    '': 'c:1: the file is empty; start with [runner] and put the keys below it',
    '\n# x\nprogram = a\n':
      "c:3: 'program = a' is outside any section; start with [runner] and put the keys below it",
    'program = a\n[runner]': "c:1: 'program = a' is outside any section; put [runner] above it",
    '[runner]\nprogam = a': "c:2: unknown key 'progam' in [runner]; did you mean 'program'?",
    '[runner]\nsocket_name = a': "c:2: unknown key 'socket_name' in [runner]; did you mean 'socket-name'?",
    '[runner]\ninteractive = on\n':
      "c:2: unknown key 'interactive' in [runner]; remove it, or look it up in docs/options.rst",
    '[runer]': "c:1: unknown section 'runer'; did you mean 'runner'?",
    '[zeo]': "c:1: unknown section 'zeo'; valid sections are [runner], [environment], [eventlog] and [steps]",
    '[a.b]': "c:1: unknown section 'a.b'; valid sections are [runner], [environment], [eventlog] and [steps]",
    '[runner': "c:1: '[runner' has no ']'; add it",
    '[runner] ; x': "c:1: there is text after '[runner]'; move it to its own line",
    '[runner]\nprogram=a\n[Runner]': 'c:3: [runner] is already defined at c:1; merge the two sections',
    '[runner]\nprogram': "c:2: 'program' has no '='; write 'key = value'",
    '[runner]\n= a': "c:2: there is no key before the '='; write 'key = value'",
    '[runner]\nprogram=a\nPROGRAM=b': "c:3: 'PROGRAM' is set twice in [runner], first at c:2; remove one",
    '[runner]\nbackoff-limit=ten': "c:2: backoff-limit must be a time such as 10, 0.5s, 5m or 1h, not 'ten'",
    '[runner]\n  program =  é "b': 'c:2:16: program has a " that is not closed; close it or write \\"',
    '[runner]\numask = 1': "c:1: no values for 'program'; 1 required; add a program to [runner], or use -p",
    '[runner]\nprogram=': "c:1: no values for 'program'; 1 required; add a program to [runner], or use -p",
    '[environment]': "c:1: no values for section type 'runner'; 1 required; add it with a program, or use -p",
    '[environment]\nA=1\nA=2': "c:3: 'A' is set twice in [environment], first at c:2; remove one",
    '[environment]\nexport A=1':
      "c:2: 'export A' is not a valid variable name; write 'A = VALUE', with nothing before the name",
    '[eventlog]\nlevel=loud':
      'c:2: level must be critical, fatal, error, warn, warning, info, blather, debug, trace, all, notset or a ' +
      "number from 0 to 50, not 'loud'",
    '[eventlog]\nlevel=1\nlevel=2': "c:3: 'level' is set twice in [eventlog]; remove one",
    '[eventlog]\npth=a': "c:2: unknown key 'pth' in [eventlog]; did you mean 'path'?",
    '[eventlog]\npath=': 'c:2: path must be a path, STDOUT or STDERR, not empty',
    '[eventlog]\npath=~n0b0dy/x': "c:2: path names the home of 'n0b0dy', but there is no such user",
    '[runner]\nprogram=a\0b': 'c:2:10: there is a NUL character; remove it',
    '[runner]\nprogram=a\rb': 'c:2:10: there is a carriage return inside the line; remove it',
  };
  for (const [text, message] of Object.entries(cases)) refuses(text, message);
});

faults('ZConfig: each error is one sentence with the line and the solution', () => {
  const cases: Record<string, string> = {
    '<runner>\nprogam a\n</runner>': "c:2: unknown key 'progam' in <runner>; did you mean 'program'?",
    '<runner>\nprogram a': 'c:1: <runner> is not closed; add </runner>',
    '<runner>\nprogram a\n</runer>': 'c:3: </runer> cannot close <runner> from c:1; write </runner>',
    '<a/>\n</runner>': 'c:2: </runner> closes a section that is not open; remove it',
    '<runner': "c:1: '<runner' is not a section header; write '<name>' with nothing after the '>'",
    '< runner>': "c:1: '< runner>' is not a section header; write '<name>' with nothing after the '>'",
    '<runner>\n</runner x>': "c:2: '</runner x>' is not a section end; write '</name>'",
    '<runner>\nprogram a\n</runner>\n<runner/>':
      'c:4: <runner> is already defined at c:1; merge the two sections',
    '<runner>\n<eventlg/>\n</runner>': "c:2: unknown section <eventlg> in <runner>; did you mean 'eventlog'?",
    '<runner>\n<x/>\n</runner>': 'c:2: unknown section <x> in <runner>; close <runner> first',
    '<environment>\n<x/>\n</environment>':
      'c:2: <x> is not allowed in <environment>; close <environment> first',
    '<environment>\nA=1\n</environment>':
      "c:2: 'A=1' is not a valid variable name; write the name, then the value without '='",
    '<runer>\nprogram a\n</runer>': 'c:1: unknown section <runer>; did you mean <runner>?',
    '<event-log/>\n<runner>\nprogram a\n</runner>':
      'c:1: unknown section <event-log>; did you mean <eventlog>?',
    '<zeo/>': "c:1: no values for section type 'runner'; 1 required; add it with a program, or use -p",
    '<runner/>': "c:1: no values for 'program'; 1 required; add a program to <runner>, or use -p",
    '<runner>\n(a b\n</runner>': "c:2: '(a b' does not start with a key; write 'key value'",
    '<runner>\nprogram a $ b\n</runner>':
      "c:2:11: there is a '$' without a name; write $$ for the character, or $name",
    '<runner>\nprogram ${a\n</runner>':
      "c:2:9: there is a '$' without a name; write $$ for the character, or $name",
    '<runner>\nprogram x$HOME\n</runner>':
      "c:2:10: 'HOME' is not defined; add '%define HOME VALUE' above, or write $$ for the character $",
    '<runner>\nprogram $(toString)\n</runner>':
      "c:2:9: the environment variable 'toString' is not set; set it",
    '%defin a b': "c:1: unknown directive '%defin'; did you mean '%define'?",
    '%': "c:1: unknown directive '%'; valid directives are %define, %include, %import",
    '%define': 'c:1: %define has no argument; add it',
    '%define 1a b': "c:1: '1a' is not a valid name for %define; use letters, digits and _",
    '%define a b\n%define A c': "c:2: 'A' is already defined as 'b'; use another name",
    '%include nope.conf':
      'c:1: cannot read nope.conf: no such file or directory; check its name and permissions',
    '%include sub': 'c:1: cannot read sub: it is a directory; name a file',
    '%include c': 'c:1: %include of c is circular; remove it',
    '%include sub/a.inc': 'sub/b.inc:2: %include of sub/a.inc is circular; remove it',
    '<runner>\n%include sub/open.inc\n</runner>': 'sub/open.inc:1: <eventlog> is not closed; add </eventlog>',
    '<eventlog>\n<logfile>\n</logfile>\n</eventlog>':
      'c:2: <logfile> has no path; add a line with path and the file',
    '<eventlog>\n<logfile>\npath a\nPath b\n</logfile>\n</eventlog>':
      "c:4: 'Path' is set twice in <logfile>; remove one",
    '<eventlog>\n<logfil/>\n</eventlog>':
      "c:2: unknown section <logfil> in <eventlog>; did you mean 'logfile'?",
    '<eventlog>\n<logfile>\npath a\nmaxsize 5\n</logfile>\n</eventlog>':
      "c:4: unknown key 'maxsize' in <logfile>; did you mean 'max-size'?",
  };
  for (const [text, message] of Object.entries(cases)) refuses(text, message);
});

faults('Invalid UTF-8 is rejected with line and column, a replacement character is not', () => {
  const bad = Buffer.concat([Buffer.from('[runner]\nprogram = \ufffdé'), Buffer.from([0xef, 0xbf, 0x41])]);
  refuses(bad, 'c:2:13: invalid UTF-8; save the file as UTF-8');
  refuses(Buffer.from('\ufeff[runner]\n', 'utf16le'), 'c:1:1: invalid UTF-8; save the file as UTF-8');
  writeFileSync(join(cwd, 'c'), '\ufeff[runner]\nprogram = \ufffd');
  assert.equal(resolve('-Cc').settings.program, ['\ufffd']);
});

faults('Definitions that double each other cause an error before the memory is full', () => {
  const lines = ['%define a0 0123456789'];
  for (let i = 1; i < 60; i += 1) lines.push(`%define a${i} $a${i - 1}$a${i - 1}`);
  refuses(lines.join('\n'), /^c:\d+:\d+: the value is longer than 131072 characters; shorten/);
});

faults('A file that cannot be read is named as it was written', () => {
  refusesArguments(
    ['-C', './nope'],
    'cannot read ./nope: no such file or directory; check its name and permissions',
  );
  refusesArguments(['-C', ''], '-C: the file name is empty; name a file');
  refusesArguments(['-C', 'sub'], 'cannot read sub: it is a directory; name a file');
  refusesArguments(['-C', '/dev/zero'], 'cannot read /dev/zero: it is not a regular file');
  symlinkSync('loop', join(cwd, 'loop'));
  refusesArguments(['-C', 'loop'], /^cannot read loop: too many symbolic links/);
});

faults('A wrong flag or -X is named instead of a line', () => {
  writeFileSync(join(cwd, 'c'), '[runner]\nprogram = a');
  refusesArguments(['-b', 'ten'], "-b: backoff-limit must be a time such as 10, 0.5s, 5m or 1h, not 'ten'");
  refusesArguments(
    ['--back=ten'],
    "--backoff-limit: backoff-limit must be a time such as 10, 0.5s, 5m or 1h, not 'ten'",
  );
  const cases: Record<string, string> = {
    'runner/umask=9': "-X runner/umask: umask must be an octal number from 0 to 777, not '9'",
    'runner/umsk=9': "-X runner/umsk: unknown key 'umsk' in [runner]; did you mean 'umask'?",
    'runer/umask=9': "-X runer/umask: unknown section 'runer'; did you mean 'runner'?",
    'runner/a/b=9': "-X runner/a/b: unknown section 'a'; no section is allowed there",
  };
  for (const [text, message] of Object.entries(cases)) refusesArguments(['-Cc', '-X', text], message);
});

function resolve(...words: string[]) {
  return resolveConfiguration({ argv: parseArguments(words), cwd, env: {} });
}

function refuses(text: string | Buffer, message: string | RegExp): void {
  mkdirSync(join(cwd, 'sub'), { recursive: true });
  writeFileSync(join(cwd, 'sub/a.inc'), '%include b.inc\n');
  writeFileSync(join(cwd, 'sub/b.inc'), '\n%include a.inc\n');
  writeFileSync(join(cwd, 'sub/open.inc'), '<eventlog>\n');
  writeFileSync(join(cwd, 'c'), text);
  refusesArguments(['-C', 'c'], message);
}

function refusesArguments(words: string[], message: string | RegExp): void {
  try {
    resolve(...words);
  } catch (error) {
    assert.instance(error, UsageError, String(error));
    if (typeof message === 'string') assert.is((error as Error).message, message);
    else assert.match((error as Error).message, message);
    return;
  }
  assert.unreachable(`accepted what should be refused with: ${message}`);
}

faults.run();
