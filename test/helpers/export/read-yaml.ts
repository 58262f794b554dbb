import { parse } from 'yaml';
import type { Understood } from './understood';

interface Service {
  entrypoint: string[];
  environment?: Record<string, string>;
  stop_grace_period: string;
}

interface Container {
  command: string[];
  args?: string[];
  env?: { name: string; value: string }[];
}

const NO_LIMIT = 31_536_000;

/** What Compose runs; two dollars are one. @throws Error for a variable */
export function readService(text: string): Understood {
  // Compose reads with the rules of the older YAML.
  const { services } = parse(text, { version: '1.1' }) as { services: Record<string, Service> };
  const [service] = Object.values(services);
  if (!service) throw new Error('no service');
  const stop = Number(service.stop_grace_period.replace(/s$/, ''));
  const environment = Object.entries(service.environment ?? {});
  return {
    words: service.entrypoint.map(interpolate),
    environment: Object.fromEntries(environment.map(([name, value]) => [name, interpolate(value)])),
    stop: stop === NO_LIMIT ? null : stop,
  };
}

/** What Kubernetes runs, by the rules of `expandenv` there. */
export function readDeployment(text: string): Understood {
  const { spec } = parse(text, { version: '1.1' });
  const pod = spec.template.spec as { terminationGracePeriodSeconds: number; containers: Container[] };
  const [container] = pod.containers;
  if (!container) throw new Error('no container');
  return {
    words: [...container.command, ...(container.args ?? [])].map(expand),
    environment: Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, expand(value)])),
    stop: pod.terminationGracePeriodSeconds === NO_LIMIT ? null : pod.terminationGracePeriodSeconds,
  };
}

function interpolate(text: string): string {
  return text.replace(/\$(.?)/gs, (_, next) => {
    if (next === '$') return '$';
    throw new Error(`Compose would expand $${next}`);
  });
}

function expand(text: string): string {
  return text.replace(/\$(\$|\([^)]*\))/g, (_, next) => {
    if (next === '$') return '$';
    throw new Error(`Kubernetes would expand $${next}`);
  });
}
