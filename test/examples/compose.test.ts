import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

import { loadConfig } from '../../src/config/load-config.ts';
import { options } from '../../src/config/options.ts';
import { realPromtool } from '../support/real-servers/real-servers.ts';

const folder = resolve(import.meta.dirname, '../../examples/compose');

const Service = z.object({
  image: z.string(),
  command: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.array(z.string()).default([]),
});
const { services } = z
  .object({ services: z.record(z.string(), Service) })
  .parse(read('compose.yaml'));

const pushing = Object.entries(services).filter(([, { command }]) => command[0] === 'push');

/** Files and folders of this repository that are mounted into containers. */
const mounts = Object.entries(services).flatMap(([service, { volumes }]) =>
  volumes.map((volume) => {
    const [source = '', target = '', mode] = volume.split(':');
    return { service, source: join(folder, source), target, mode };
  }),
);

const promtool = await realPromtool();

describe('the compose file', () => {
  it.each(mounts)('mounts only existing paths: $source', ({ source, mode }) => {
    expect(existsSync(source)).toBe(true);
    expect(mode).toBe('ro');
  });

  it('names a version of each image, and only existing services', () => {
    for (const { image, depends_on: needed } of Object.values(services)) {
      expect(image).toMatch(/^[a-z.]+\/[a-z-]+\/[a-z-]+:v?\d+\.\d+\.\d+$/);
      expect(Object.keys(services)).toEqual(expect.arrayContaining(needed));
    }
  });

  it('opens ports for this machine only, and none for kubescape-push', () => {
    const ports = Object.values(services).flatMap((service) => service.ports);

    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(pushing.flatMap(([, service]) => service.ports)).toEqual([]);
  });

  it.each(pushing)(
    '%s has flags that point to another service',
    (name, { command, depends_on: needed }) => {
      const flags = new Map(pairsOf(command.slice(1)));

      const { config } = loadConfig({ flags, environment: {}, file: undefined });

      const url = config.remote_write[0]?.url ?? config.pushgateway.url ?? 'http://none';
      expect([...flags.keys()].filter((flag) => !options.some((one) => one.flag === flag))).toEqual(
        [],
      );
      expect(needed).toEqual([new URL(url).hostname]);
      expect(mounts.filter(({ service }) => service === name).map(({ target }) => target)).toEqual(
        config.source.files.paths,
      );
    },
  );

  it('never sends a cluster in two ways, which would count it twice', () => {
    const clusters = pushing.map(
      ([, { command }]) => new Map(pairsOf(command.slice(1))).get('--cluster')?.[0],
    );

    expect(pushing).toHaveLength(2);
    expect(new Set(clusters).size).toBe(pushing.length);
  });

  it.skipIf(promtool.missing)(
    `gives Prometheus a configuration that ${promtool.label} accepts`,
    async () => {
      const { exitCode, stdout, stderr } = await promtool.run([
        'check',
        'config',
        '--syntax-only',
        join(folder, 'prometheus.yaml'),
      ]);

      expect(exitCode === 0 ? '' : stdout + stderr).toBe('');
      const { rule_files: rules } = z
        .object({ rule_files: z.array(z.string()) })
        .parse(read('prometheus.yaml'));
      expect(rules.map((path) => existsSync(hostPath(path)))).toEqual([true]);
    },
  );

  it('provisions Grafana with a data source that the dashboards can choose, and with the dashboards', () => {
    const { datasources } = z
      .object({ datasources: z.array(z.object({ type: z.string(), url: z.url() })) })
      .parse(read('grafana/provisioning/datasources/prometheus.yaml'));
    const { providers } = z
      .object({ providers: z.array(z.object({ options: z.object({ path: z.string() }) })) })
      .parse(read('grafana/provisioning/dashboards/kubescape.yaml'));

    expect(datasources.map(({ type, url }) => [type, new URL(url).hostname])).toEqual([
      ['prometheus', 'prometheus'],
    ]);
    const dashboards = providers.flatMap((provider) =>
      readdirSync(hostPath(provider.options.path)),
    );
    expect(dashboards.toSorted()).toEqual(['agent.json', 'cronjob.json']);
  });
});

/** Splits flags into pairs of name and value. */
function pairsOf(words: readonly string[]): [string, string[]][] {
  return words.flatMap((word, index) =>
    word.startsWith('--') ? [[word, [words[index + 1] ?? '']] as [string, string[]]] : [],
  );
}

/** Returns the path on this machine of a file in a container. */
function hostPath(path: string): string {
  const mount = mounts.find(({ target }) => path === target || path.startsWith(`${target}/`));
  return mount === undefined ? '' : mount.source + path.slice(mount.target.length);
}

function read(name: string): unknown {
  return parse(readFileSync(join(folder, name), 'utf8'), { merge: true });
}
