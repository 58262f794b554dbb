/* What an event log section sets. Fields that a file does not set are absent, so that a saved state stays small. */

/** How a record becomes text; without a format, the layout of zd. */
export interface LogLayout {
  format?: LogFormat;
  /** For strftime(3); `%Y-%m-%dT%H:%M:%S` if it is absent. */
  dateFormat?: string;
}

export interface LogFormat {
  style: FormatStyle;
  text: string;
}

/** The styles of Python's logging, by ZConfig's names. */
export type FormatStyle = 'classic' | 'format' | 'template' | 'safe-template';

export interface EventLogFile extends LogLayout {
  /** A path, `STDOUT` or `STDERR`. */
  path: string;
  /** Numeric level, 0 = everything. */
  level: number;
  rotation?: LogRotation;
  /** It is opened with the first record. */
  isDelayed?: boolean;
}

/** Rotation by size, in bytes, or by time: every so many seconds, minutes, hours or days, at midnight, or on a weekday. */
export type LogRotation = { keep: number } & ({ size: number } | { when: When; every: number });

export type When = 'S' | 'M' | 'H' | 'D' | 'MIDNIGHT' | `W${number}`;

export type EventLogHandler = LogLayout & {
  /** As that of a file. */
  level: number;
} & (SyslogHandler | HttpHandler | MailHandler);

export interface SyslogHandler {
  type: 'syslog';
  facility: string;
  /** `host:port`, or the path of a socket; the socket of the system if it is absent. */
  address?: string;
  /** The tag; the name of the daemon if it is absent. */
  ident?: string;
}

export interface HttpHandler {
  type: 'http';
  url: string;
  method: 'GET' | 'POST';
}

export interface MailHandler {
  type: 'mail';
  to: string[];
  from?: string;
  subject?: string;
}

export interface EventLogSettings {
  /** Numeric level as in zdaemon: 50 critical, 40 error, 30 warn, 20 info, 15 blather, 10 debug, 5 trace. */
  level: number;
  files: EventLogFile[];
  handlers?: EventLogHandler[];
}

/** Where a file or handler is configured. */
export interface LogPlace {
  origin: string;
  /** Set by -X. */
  isTyped?: boolean;
}

export type ConfiguredLogFile = EventLogFile & LogPlace;
export type ConfiguredHandler = EventLogHandler & LogPlace;

/** An event log as configured. */
export interface ConfiguredEventLog extends EventLogSettings {
  files: ConfiguredLogFile[];
  handlers?: ConfiguredHandler[];
}
