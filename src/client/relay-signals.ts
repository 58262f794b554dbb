/** What supervisors, containers and terminals send to the daemon, as which they regard this client. */
const relayed = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * Passes signals on to a manager in the foreground, instead of acting on them.
 *
 * @param manager the process that was begun; it may be the keeper, which passes them on as well
 * @returns a function that ends this
 */
export function relaySignals(manager: { kill(signal: NodeJS.Signals): unknown }): () => void {
  const pass = (signal: NodeJS.Signals) => void manager.kill(signal);
  const before = process.listeners('SIGINT');
  for (const listener of before) process.off('SIGINT', listener);
  for (const signal of relayed) process.on(signal, pass);
  return () => {
    for (const signal of relayed) process.off(signal, pass);
    for (const listener of before) process.on('SIGINT', listener);
  };
}
