import type { StatusReport } from '../../src/protocol/messages';

/** The report of a running program without problems. */
export const sampleReport: StatusReport = {
  schema: 1,
  state: 'running',
  wanted: 'up',
  pid: 13057,
  managerPid: 13055,
  keeperPid: 13054,
  since: 1795214814.39,
  uptime: 1.228,
  restarts: 0,
  backoff: 0,
  backoffLimit: 10,
  nextAttempt: null,
  testing: false,
  adopted: false,
  lastExit: null,
  file: '/usr/bin/sleep',
  args: ['sleep', '100'],
  transcript: '/dev/null',
  transcriptLost: 0,
  transcriptHeld: 0,
  transcriptError: null,
  socketError: null,
  now: 1795214815.618,
  version: '0.1.0',
};
