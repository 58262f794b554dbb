/** The log levels of zdaemon with their numbers, as in ZConfig. */
export const levelNumbers = {
  critical: 50,
  error: 40,
  warn: 30,
  info: 20,
  blather: 15,
  debug: 10,
  trace: 5,
} as const;

export type LevelName = keyof typeof levelNumbers;
