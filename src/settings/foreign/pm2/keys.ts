/** Other names of a key, in the order in which pm2 asks them. */
const ALIASES: Record<string, string[]> = {
  script: ['cmd', 'command', 'exec'],
  exec_interpreter: ['interpreter'],
  node_args: ['interpreter_args', 'interpreterArgs'],
  out_file: ['out_log', 'output', 'out'],
  error_file: ['err_log', 'err_file', 'err', 'error'],
  log_file: ['log'],
  pid_file: ['pid'],
  cron_restart: ['cron'],
  merge_logs: ['combine_logs'],
  uid: ['user'],
};

/** Every name of a key: pm2 also takes it in camel case. */
export function namesOf(key: string): string[] {
  const camel = key.replace(/_([a-z]{2})/g, (_, letters: string) => letters[0]!.toUpperCase() + letters[1]);
  return [...new Set([key, ...(ALIASES[key] ?? []), camel])];
}

const page = 'it is about pages and services of pm2';
const metadata = 'zd does not read the version of the program';

/** Keys without a counterpart that change nothing in what the program does. */
export const WITHOUT_EFFECT: Record<string, string> = {
  vizion: metadata,
  pmx: page,
  automation: page,
  trace: page,
  disable_trace: page,
  v8: page,
  event_loop_inspector: page,
  deep_monitoring: page,
  io: page,
  post_update: page,
  install_url: page,
  source_map_support: 'pm2 loads it into a program of Node',
  disable_source_map_support: 'pm2 loads it into a program of Node',
  windowsHide: 'it is about Windows',
  windows_hide: 'it is about Windows',
  username: 'pm2 sets it itself',
  write: 'pm2 uses it on its command line only',
  force: 'pm2 uses it on its command line only',
  name_prefix: 'pm2 uses it on its command line only',
  kill_retry_time: 'zd sees at once when a process ends',
  watch_delay: 'zd restarts half a second after the last change',
  listen_timeout: 'it is the time for wait_ready',
};
