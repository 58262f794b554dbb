import { hostname } from 'node:os';
import type { LogLayout, MailHandler } from '../../settings/event-log-settings';
import { nameHandler } from '../../settings/event-log-text';
import { makeRenderer, pythonLevel, USUAL_FORMAT } from '../../settings/log-format/render';
import { MOST_TEXT, runLogCommand } from './command';
import type { LogRecord } from './record';
import type { HandlerSurroundings, Sender } from './sender';

/** A crash loop must not send thousands: ten at once, and one a minute, of each level. */
const RATE = { most: 10, every: 60 };

/** No file is needed for the mail, and the exit status is that of sendmail. */
const SCRIPT = 'mail=$ZD_MAIL; unset ZD_MAIL; printf %s "$mail" | "$0" -t -i';
/** Characters of the record in the subject. */
const SUBJECT = 80;
/** Bytes of a line (RFC 5322 allows 998). */
const LONGEST_LINE = 900;

/** One mail for each record, through sendmail(8). */
export function makeMail(
  handler: MailHandler & LogLayout & { level: number },
  { clock, name, path }: HandlerSurroundings,
): Sender {
  const render = makeRenderer(handler, USUAL_FORMAT, clock.wall());
  return {
    name: nameHandler(handler),
    rate: RATE,
    send({ record, withheld, parent }, done) {
      const note =
        withheld === 0
          ? ''
          : `\n\n(${withheld} more records were not mailed: at most ${RATE.most} of a level are, and one a minute.)`;
      const body = `${render(record)}${note}`;
      const words = (file: string) => ['/bin/sh', '-c', SCRIPT, file];
      const variables = { ZD_MAIL: writeMail(handler, { name, record, body }) };
      return runLogCommand({ tool: 'sendmail', path, parent, words, variables }, done);
    },
  };
}

interface Letter {
  name: string;
  record: LogRecord;
  body: string;
}

function writeMail({ to, from, subject }: MailHandler, { name, record, body }: Letter): string {
  const about = `${name} on ${hostname()}: ${pythonLevel(record.level)}: ${record.text}`;
  const short = Array.from(about);
  const headers = [
    ...(from === undefined ? [] : [`From: ${encodeNames(from)}`]),
    `To: ${to.map(encodeNames).join(', ')}`,
    `Subject: ${encode(subject ?? (short.length > SUBJECT ? `${short.slice(0, SUBJECT).join('')}...` : about))}`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  const lines = Buffer.from(body)
    .subarray(0, MOST_TEXT)
    .toString()
    .split(/\r?\n|\r/);
  return `${[...headers, '', ...lines.flatMap(breakLine)].join('\n')}\n`;
}

/** Other characters than those of ASCII as an encoded word each (RFC 2047, which limits its length to 75). */
function encode(text: string): string {
  if (!/[^ -~]/.test(text)) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > 42) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map(one => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join('\n ');
}

/** `Jürgen <j@example.org>`: only the name is encoded. */
function encodeNames(address: string): string {
  const [, name, rest] = /^([^<]*?)\s*(<[^<>]*>)$/.exec(address) ?? [];
  return name === undefined || name === '' ? address : `${encode(name)} ${rest}`;
}

function breakLine(line: string): string[] {
  const parts: string[] = [];
  let rest = Array.from(line);
  // A character has at most four bytes.
  while (Buffer.byteLength(rest.join('')) > LONGEST_LINE) {
    parts.push(rest.slice(0, LONGEST_LINE / 4).join(''));
    rest = rest.slice(LONGEST_LINE / 4);
  }
  return [...parts, rest.join('')];
}
