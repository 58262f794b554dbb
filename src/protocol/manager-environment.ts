/** Set by `bin/zd`, which runs before Node: the soft limit of open files, a colon, and the environment in base64. */
export const FRONT_VARIABLE = 'ZD_FRONT';

/** What a manager needs of an environment: where programs and libraries are, and how to write times. */
const NAMES = ['PATH', 'TZ', 'LANG', 'LD_LIBRARY_PATH'];
const PREFIXES = ['LC_', 'ZD_'];

/**
 * The environment of zd's own manager. The program's is another one, so variables that steer Node reach the program and
 * not the manager. `ZD_NODE_OPTIONS` is what `NODE_OPTIONS` is elsewhere, for tests and for debugging zd itself.
 *
 * @param environment of the process that begins the manager
 * @returns NAME=VALUE for each
 */
export function pickManagerEnvironment(environment: NodeJS.ProcessEnv): string[] {
  const { ZD_NODE_OPTIONS: options } = environment;
  const isOwn = (name: string) =>
    name !== FRONT_VARIABLE && (NAMES.includes(name) || PREFIXES.some(prefix => name.startsWith(prefix)));
  const picked = Object.entries(environment).filter(([name]) => isOwn(name));
  if (options !== undefined) picked.push(['NODE_OPTIONS', options]);
  return picked.map(([name, value]) => `${name}=${value}`);
}

/** Splits NAME=VALUE. */
export function splitVariable(variable: string): [name: string, value: string] {
  const at = variable.indexOf('=');
  return [variable.slice(0, at), variable.slice(at + 1)];
}
