import type { Candidate, ForeignReader } from '../reading';

/** The parser is loaded with the first file. */
export const pm2Reader: ForeignReader = {
  kind: 'pm2',
  title: 'an ecosystem file of pm2',
  recognizes: isPm2,
  read: request => (require('./read') as typeof import('./read')).readPm2(request),
};

/** Apps with scripts; without the key `apps`, a script in JSON or at the top of YAML. */
function isPm2({ head, isFolder, path }: Candidate): boolean {
  if (isFolder || /^\s*\[[A-Za-z]/.test(head) || /^#!/.test(head)) return false;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const hasApps = /(^|[{,\s])["']?(apps|pm2)["']?\s*:/.test(head);
  const hasScript = /(^|[{,\s-])["']?script["']?\s*:/.test(head);
  const hasCommand = /(^|[{,\s-])["']?(exec|cmd|command)["']?\s*:/.test(head);
  if (/\.[cm]?js$/.test(name)) return /module\.exports|export\s+default/.test(head) && (hasApps || hasScript);
  if (/\.ts$/.test(name)) return false;
  if (hasApps) return hasScript || hasCommand;
  return hasScript && (/^\s*(\/[/*][\s\S]*)?[[{]/.test(head) || /^(- )?script\s*:/m.test(head));
}
