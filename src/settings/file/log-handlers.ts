import type { ConfiguredHandler, HttpHandler, MailHandler, SyslogHandler } from '../event-log-settings';
import { errorAt, quoteText, ValueFault } from '../faults';
import { choice } from '../sizes';
import { Keys, LAYOUT_KEYS, logLevel, type Notes, readLayout } from './log-keys';
import type { Entry, Section } from './tree';

interface HandlerType {
  known: readonly string[];
  repeated?: readonly string[];
  read(keys: Keys): SyslogHandler | HttpHandler | MailHandler;
}

const SMTP_KEYS = ['smtp-server', 'smtp-username', 'smtp-password'];

/** The handlers beside files, by the type of their section. */
const HANDLERS: Readonly<Record<string, HandlerType>> = {
  syslog: {
    known: ['facility', 'address', 'ident'],
    read(keys) {
      const [address, ident] = [keys.read('address', addressType), keys.read('ident', identType)];
      return {
        type: 'syslog',
        facility: keys.read('facility', facilityType) ?? 'user',
        ...(address === null ? {} : { address }),
        ...(ident === null ? {} : { ident }),
      };
    },
  },
  'http-logger': {
    known: ['url', 'method'],
    read(keys) {
      keys.ignore('format', 'the fields of a record are sent, as zdaemon does; remove it');
      return {
        type: 'http',
        url: keys.parse(requireKey(keys, 'url'), urlType),
        method: keys.read('method', methodType) === 'post' ? 'POST' : 'GET',
      };
    },
  },
  'email-notifier': {
    known: ['from', 'subject', ...SMTP_KEYS],
    repeated: ['to'],
    read(keys) {
      requireKey(keys, 'to');
      for (const key of SMTP_KEYS)
        keys.ignore(key, 'mail goes through sendmail(8), whose own configuration names the server');
      const [from, subject] = [keys.read('from', addresses), keys.find('subject')?.value];
      return {
        type: 'mail',
        to: keys.all('to').flatMap(entry => keys.parse(entry, addresses)),
        ...(from === null ? {} : { from: from.join(', ') }),
        ...(subject ? { subject } : {}),
      };
    },
  },
};

export const HANDLER_TYPES = Object.keys(HANDLERS);

/**
 * Reads the section of a handler.
 *
 * @param section its type is one of `HANDLER_TYPES`
 * @throws UsageError
 */
export function readHandler(
  section: Section,
  surroundings: { notes: Notes; env: NodeJS.ProcessEnv },
): ConfiguredHandler {
  const { origin, label } = section;
  const inner = section.sections[0];
  if (inner) throw errorAt(inner.origin, `${inner.label} is not allowed in ${label}; close ${label} first`);
  const { known, repeated = [], read } = HANDLERS[section.type]!;
  const keys = new Keys(section, surroundings, { known: ['level', ...LAYOUT_KEYS, ...known], repeated });
  return { ...read(keys), level: keys.read('level', logLevel) ?? 0, ...readLayout(keys), origin };
}

/** Keys of the event log itself that stand for a handler, each with one for its level. */
export const SHORT_KEYS = ['syslog', 'http', 'mail'];

/** The level of mail that says none: it is meant for people. */
const MAIL_LEVEL = 40;

/** Reads those keys. */
export function readShortHandlers(keys: Keys): ConfiguredHandler[] {
  const handlers: ConfiguredHandler[] = [];
  const add = <V>(
    key: string,
    type: { parse(text: string, env: NodeJS.ProcessEnv): V },
    make: (value: V) => SyslogHandler | HttpHandler | MailHandler,
  ) => {
    const entry = keys.find(key);
    const level = keys.read(`${key}-level`, logLevel) ?? (key === 'mail' ? MAIL_LEVEL : 0);
    if (!entry) return refuseLevelAlone(keys, key);
    const { origin, isTyped } = entry;
    handlers.push({ ...make(keys.parse(entry, type)), level, origin, ...(isTyped ? { isTyped } : {}) });
  };
  add('syslog', facilityType, facility => ({ type: 'syslog', facility }));
  add('http', urlType, url => ({ type: 'http', url, method: 'POST' }));
  add('mail', addresses, to => ({ type: 'mail', to }));
  return handlers;
}

function refuseLevelAlone(keys: Keys, key: string): void {
  const entry = keys.find(`${key}-level`);
  if (entry) throw errorAt(entry.origin, `${key}-level needs ${key}; add it, or remove the level`);
}

function requireKey(keys: Keys, key: string): Entry {
  const entry = keys.find(key);
  if (entry) return entry;
  throw errorAt(keys.section.origin, `${keys.section.label} has no ${key}; add a line with ${key}`);
}

const FACILITIES = [
  ...[
    'auth',
    'authpriv',
    'cron',
    'daemon',
    'kern',
    'lpr',
    'mail',
    'news',
    'security',
    'syslog',
    'user',
    'uucp',
  ],
  ...Array.from({ length: 8 }, (_, number) => `local${number}`),
];
const facilityType = choice(...FACILITIES);
const methodType = choice('get', 'post');

const addressType = {
  parse(text: string): string {
    if (text.startsWith('/')) return text;
    const [, host, port = '514'] = /^([^\s:/]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(text) ?? [];
    if (host !== undefined && Number(port) <= 65_535) return `${host}:${port}`;
    throw new ValueFault(`must be host:port, or the path of a socket, not ${quoteText(text)}`);
  },
};

const identType = {
  parse(text: string): string {
    if (/^[^\s[\]:]{1,48}$/.test(text)) return text;
    throw new ValueFault(`must be one word without a colon or brackets, not ${quoteText(text)}`);
  },
};

const urlType = {
  parse(text: string): string {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || !['http:', 'https:'].includes(url.protocol))
      throw new ValueFault(`must be a URL with http or https, not ${quoteText(text)}`);
    if (url.username !== '' || url.password !== '')
      throw new ValueFault(
        'has a password, which every user of the socket could read; put a token into the path',
      );
    return url.href;
  },
};

/** The text goes into a header of a mail. */
const addresses = {
  parse(text: string): string[] {
    const list = text.split(',').map(one => one.trim());
    const bad = list.find(one => !/^(?:[^<>]*<[^\s<>]+>|[^\s<>]+)$/.test(one));
    if (bad === undefined) return list;
    throw new ValueFault(
      `must be addresses such as ops@example.org, separated by commas, not ${quoteText(text)}`,
    );
  },
};
