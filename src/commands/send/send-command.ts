import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { textToBytes } from '../../system/bytes';
import { UsageError } from '../../system/errors';
import { pageOf, pathsOf, withForce, ZdCommand } from '../base';
import { findKey } from './keys';
import { type Message, send } from './send';
import { splitText } from './split-text';

export class SendCommand extends ZdCommand {
  static override paths = pathsOf('send');

  static override usage = pageOf('send', {
    details: `
      Writes to the standard input of a program with \`stdin = control\`, or types on the terminal of one with \`pty = on\`:
      the words, joined by blanks, and a newline. With \`-\` instead of words, it copies its own standard input, byte for
      byte, until that ends. Options stand in front of the text, and \`--\` in front of a text that begins with a dash.

      What the program has not read yet waits in a pipe, up to 64 KiB. If that is full for 5 seconds, \`send\` fails and
      reports how much was taken. After \`--eof\` the program reads an end of file, and nothing more can be sent until its
      next start. What a run has not read is not given to the next one.

      Exit status: 0 everything was taken; 1 not everything; 2 the standard input is not \`control\`; 3 the program is not
      running.
    `,
    examples: [
      ['one line', 'zd -C game.conf send say Good night'],
      ['an empty line', 'zd -C game.conf send --enter'],
      ['a file', 'zd -C db.conf send - <dump.sql'],
      ['the end of the input', 'zd -C job.conf send --eof'],
    ],
  });

  // These are for the page and for completion: everything after the name is a word.
  eof = Option.Boolean('--eof', false, { description: 'let the program read an end of file afterwards' });

  enter = Option.Boolean('--enter', false, { description: 'press Enter, also after - or without a text' });

  key = Option.Array('--key', [], { description: 'press a key of its terminal, such as ctrl-c; needs pty' });

  force = Option.Boolean('--force', false, { description: 'send to a program of another configuration' });

  words = Option.Proxy({ name: 'text' });

  run(context: ActionContext) {
    const { options, text } = splitText(this.words);
    const given = readOptions(options);
    const isStream = text.length === 1 && text[0] === '-' && !this.words.includes('--');
    if (isStream && Object.keys(this.context.promptTopics).length > 0)
      throw new UsageError(
        'cannot send standard input at the prompt, which reads it; leave the prompt first',
      );
    const hasText = text.length > 0 && !isStream;
    const isKeys = given.keys.length > 0;
    if (text.length === 0 && !isKeys && !given.enter && !given.eof)
      throw new UsageError(
        "cannot send nothing: give a text, - for standard input, or --eof; see 'zd send --help'",
      );
    const message: Message = {
      bytes: Buffer.concat([Buffer.from(given.keys.join('')), textToBytes(hasText ? text.join(' ') : '')]),
      stream: isStream ? process.stdin : null,
      enter: given.enter || hasText,
      eof: given.eof,
      keys: isKeys,
    };
    return send(withForce(context, given.force), message);
  }
}

function readOptions(words: readonly string[]) {
  const given = { eof: false, enter: false, force: false, keys: [] as string[] };
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--eof') given.eof = true;
    else if (word === '--enter') given.enter = true;
    else if (word === '--force') given.force = true;
    else if (word === '--key') given.keys.push(findKey(left.shift() ?? ''));
    else if (word.startsWith('--key=')) given.keys.push(findKey(word.slice('--key='.length)));
    else
      throw new UsageError(`send has no option ${word}; put -- in front of a text that begins with a dash`);
  }
  return given;
}
