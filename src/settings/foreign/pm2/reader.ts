import type { Candidate, ForeignReader } from '../reading';

/** The parser is loaded with the first file. */
export const pm2Reader: ForeignReader = {
  kind: 'pm2',
  title: 'an ecosystem file of pm2',
  recognizes: isPm2,
  read: request => (require('./read') as typeof import('./read')).readPm2(request),
};

/** A list of apps with scripts in JSON, YAML or a script that exports it; a single app only in a file of pm2's name. */
function isPm2({ head, isFolder, path }: Candidate): boolean {
  if (isFolder || /^\s*\[[A-Za-z]/.test(head) || /^#!/.test(head)) return false;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const hasApps = /(^|[{,\s])["']?(apps|pm2)["']?\s*:/.test(head);
  const hasScript = /(^|[{,\s-])["']?(script|exec|cmd|command)["']?\s*:/.test(head);
  if (/\.[cm]?js$/.test(name))
    return /module\.exports|export\s+default/.test(head) && (hasApps || isNamed(name));
  if (/\.ts$/.test(name)) return false;
  if (hasApps && hasScript) return true;
  return isNamed(name) && hasScript;
}

function isNamed(name: string): boolean {
  return (
    /^(ecosystem|pm2|process|processes)\b.*\.([cm]?js|json5?|ya?ml)$/i.test(name) ||
    /\.config\.[cm]?js$/.test(name)
  );
}
