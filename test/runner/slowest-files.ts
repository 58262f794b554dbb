/** The slowest test files, slowest first; `test/unit/testing/runner.ts` checks that they exist. */
export const SLOWEST_FILES: readonly string[] = [
  'test/cli/manager-death/adoption.ts',
  'test/cli/transcript/full.ts',
  'test/cli/transcript/copier.ts',
  'test/package/install.ts',
  'test/cli/manager-death/left-behind.ts',
  'test/cli/manager-death/state-file.ts',
  'test/cli/lifecycle/backoff.ts',
  'test/unit/testing/runner.ts',
  'test/cli/commands/start.ts',
  'test/cli/lifecycle/failures.ts',
  'test/cli/control/hostile-clients.ts',
  'test/docs/pages.ts',
  'test/cli/control/protocol.ts',
  'test/cli/manager-death/moved-folders.ts',
  'test/cli/control/socket-guard.ts',
  'test/cli/commands/stop.ts',
];
