import type { Probe } from '../../../settings/probes/probe';
import type { SettingReader } from '../setting-reader';
import type { YamlValue } from '../texts/yaml';

type Map = { [key: string]: YamlValue };

/** Seconds. Kubernetes counts in whole ones. */
const OFTEN = 1;

/** What holds a start up, and what restarts a program; the address of a probe is that of the pod. */
export function describeProbes(reader: SettingReader): Map {
  const [ready, test, alive] = [reader.take('ready'), reader.take('startTestProgram'), reader.take('alive')];
  const probes = ready ?? (test === null ? null : [{ kind: 'command' as const, words: test }]);
  const startup = choose(reader, 'ready', probes);
  const liveness = choose(reader, 'alive', alive);
  const result: Map = {};
  if (startup) {
    const limit = Math.max(1, Math.ceil(reader.take('startTimeout') / OFTEN));
    const timeout = Math.max(1, Math.ceil(reader.take('probeTimeout') ?? 5));
    result.startupProbe = {
      ...startup,
      periodSeconds: OFTEN,
      timeoutSeconds: timeout,
      failureThreshold: limit,
    };
  }
  if (liveness)
    result.livenessProbe = {
      ...liveness,
      periodSeconds: Math.max(1, Math.ceil(reader.take('aliveEvery'))),
      timeoutSeconds: Math.max(1, Math.ceil(reader.take('aliveTimeout'))),
      failureThreshold: reader.take('aliveFailures'),
    };
  return result;
}

function choose(reader: SettingReader, field: 'ready' | 'alive', probes: Probe[] | null): Map | null {
  if (probes === null) return null;
  const found = probes.map(describe).find(probe => probe !== null) ?? null;
  if (found === null) reader.lose(field, 'no counterpart in Kubernetes');
  else if (probes.length > 1) reader.lose(field, 'Kubernetes has one probe, so the others are left out');
  return found;
}

function describe(probe: Probe): Map | null {
  if (probe.kind === 'port')
    return { tcpSocket: { port: probe.port, ...(isHere(probe.host) ? {} : { host: probe.host! }) } };
  if (probe.kind === 'command') return { exec: { command: probe.words } };
  if (probe.kind === 'file') return { exec: { command: ['test', '-e', probe.path] } };
  if (probe.kind === 'socket') return { exec: { command: ['test', '-S', probe.path] } };
  if (probe.kind !== 'http') return null;
  // Kubernetes never checks a certificate.
  const url = new URL(probe.url.replace(/^https\+insecure:/i, 'https:'));
  const scheme = url.protocol === 'https:' ? 'HTTPS' : 'HTTP';
  return {
    httpGet: {
      path: `${url.pathname}${url.search}`,
      port: Number(url.port || (scheme === 'HTTPS' ? 443 : 80)),
      scheme,
      ...(isHere(url.hostname) ? {} : { host: url.hostname }),
    },
  };
}

function isHere(host: string | null): boolean {
  return host === null || /^(localhost|127\.|\[?::1)/.test(host);
}
