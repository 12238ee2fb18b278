import type { ImagePlan } from '../cluster-plan.ts';
import type { Finding } from '../finding.ts';
import { buildFinding } from '../finding.ts';
import type { IgnoredMatch, Match } from '../object-types.ts';
import type { Distro } from '../package.ts';
import { randomFor } from '../random.ts';
import {
  ALPINE_CURL,
  DEBIAN_CURL,
  DEBIAN_DIRECTORY,
  DEBIAN_SQLITE,
  DEBIAN_XML,
  LEDGER_JARS,
  STOREFRONT_MODULES,
  WORKER_PACKAGES,
  goCrypto,
  goNet,
  goStdlib,
  grpcGo,
  jwtGo,
  program,
  prometheusClient,
} from './additions.ts';
import type { BaseImage } from './base-images.ts';
import { ALPINE_3_19, DEBIAN_12, DISTROLESS, UBI_9, UBUNTU_22_04 } from './base-images.ts';
import type { Software } from './entry.ts';
import { affectedBelow, undecided } from './entry.ts';
import { GRAFANA, NGINX, POSTGRESQL, REDIS } from './language-advisories.ts';

const SHOP = 'registry.example.com:5000/shop';
const PAYMENTS = 'registry.example.com:5000/payments';

export const NGINX_IMAGE = image('docker.io/library/nginx:1.25.3', DEBIAN_12, [
  DEBIAN_CURL,
  ...DEBIAN_XML,
  program('nginx', '1.25.3', [
    affectedBelow('1.27.1', NGINX.mp4),
    affectedBelow('1.25.4', NGINX.quic),
  ]),
]);

export const POSTGRES_IMAGE = image('docker.io/library/postgres:15.4', DEBIAN_12, [
  ...DEBIAN_DIRECTORY,
  ...DEBIAN_XML,
  program('postgresql', '15.4', [
    affectedBelow('15.8', POSTGRESQL.search),
    affectedBelow('15.7', POSTGRESQL.statistics),
  ]),
]);

export const REDIS_IMAGE = image('docker.io/library/redis:7.2.4-alpine3.19', ALPINE_3_19, [
  program('redis', '7.2.4', [affectedBelow('7.2.7', REDIS.lua), undecided(REDIS.acl)]),
]);

export const STOREFRONT_IMAGE = image(`${SHOP}/storefront:2.14.1`, DEBIAN_12, STOREFRONT_MODULES);

export const CATALOG_IMAGE = image(`${SHOP}/catalog:1.9.0`, ALPINE_3_19, [
  goStdlib('go1.21.5', '/usr/bin/catalog'),
  goNet('v0.17.0', '/usr/bin/catalog'),
  grpcGo('v1.58.2', '/usr/bin/catalog'),
  jwtGo('v4.5.0', '/usr/bin/catalog'),
]);

export const LEDGER_IMAGE = image(`${PAYMENTS}/ledger:4.3.2`, UBI_9, LEDGER_JARS);

export const WORKER_IMAGE = image('ghcr.io/example-org/checkout-worker:0.8.5', DEBIAN_12, [
  DEBIAN_SQLITE,
  ...WORKER_PACKAGES,
]);

export const PROXY_IMAGE = image('docker.io/istio/proxyv2:1.22.1', UBUNTU_22_04, [
  goStdlib('go1.22.3', '/usr/local/bin/pilot-agent'),
  goNet('v0.24.0', '/usr/local/bin/pilot-agent'),
]);

export const NODE_EXPORTER_IMAGE = image('quay.io/prometheus/node-exporter:v1.8.1', DISTROLESS, [
  goStdlib('go1.22.3', '/bin/node_exporter'),
  goNet('v0.23.0', '/bin/node_exporter'),
]);

export const PROMETHEUS_IMAGE = image('quay.io/prometheus/prometheus:v2.53.0', DISTROLESS, [
  goStdlib('go1.22.4', '/bin/prometheus'),
  goNet('v0.26.0', '/bin/prometheus'),
  grpcGo('v1.64.0', '/bin/prometheus'),
]);

export const RELOADER_IMAGE = image(
  'quay.io/prometheus-operator/prometheus-config-reloader:v0.74.0',
  DISTROLESS,
  [goStdlib('go1.22.3', '/bin/prometheus-config-reloader')],
);

export const GRAFANA_IMAGE = image('docker.io/grafana/grafana:11.1.0', ALPINE_3_19, [
  ...ALPINE_CURL,
  goStdlib('go1.22.4', '/usr/share/grafana/bin/grafana'),
  goCrypto('v0.24.0', '/usr/share/grafana/bin/grafana'),
  program('grafana', '11.1.0', [affectedBelow('11.1.5', GRAFANA)]),
]);

export const INGRESS_IMAGE = withAcceptedRisk(
  image('registry.k8s.io/ingress-nginx/controller:v1.10.1', ALPINE_3_19, [
    ...ALPINE_CURL,
    goStdlib('go1.22.2', '/nginx-ingress-controller'),
    program('nginx', '1.25.5', [
      affectedBelow('1.27.1', NGINX.mp4),
      affectedBelow('1.27.2', NGINX.annotation),
    ]),
  ]),
  NGINX.mp4.id,
);

export const COREDNS_IMAGE = image('registry.k8s.io/coredns/coredns:v1.11.1', DISTROLESS, [
  goStdlib('go1.20.7', '/coredns'),
  goNet('v0.14.0', '/coredns'),
  grpcGo('v1.57.0', '/coredns'),
  prometheusClient('v1.11.0', '/coredns'),
]);

/** An image without findings. */
export const KUBE_PROXY_IMAGE = image('registry.k8s.io/kube-proxy:v1.31.2', DISTROLESS, []);

/** In a format that the scanner cannot read. */
export const LEGACY_IMAGE = withoutManifest(
  image(`${PAYMENTS}/legacy-gateway:0.3.0`, DISTROLESS, []),
);

/** Its manifest was deleted after an update, but the summary still references it. */
export const NEWSLETTER_IMAGE = withoutManifest(
  image(`${SHOP}/newsletter:1.2.0`, ALPINE_3_19, ALPINE_CURL),
);

function image(name: string, base: BaseImage, added: readonly Software[]): ImagePlan {
  const { distro } = base;
  const findings = [...base.software, ...added].flatMap((one) => softwareFindings(one, distro));
  const tagAt = name.lastIndexOf(':');
  const repository = name.slice(0, tagAt);
  const digest = `sha256:${randomFor('image', name).hex(64)}`;
  return {
    reference: { repository, tag: name.slice(tagAt + 1), digest },
    distro,
    findings: () => findings,
    manifest: 'present',
  };
}

function softwareFindings(software: Software, distro: Distro): readonly Finding[] {
  const { type, source, version, path, vulnerabilities, packages = [source] } = software;
  return vulnerabilities.flatMap((vulnerable) =>
    packages.map((name) => {
      const renamed = name === source ? {} : { source };
      const pkg = { type, name, version, ...renamed, ...(path === undefined ? {} : { path }) };
      return buildFinding({ ...vulnerable, pkg, distro });
    }),
  );
}

function withoutManifest(plan: ImagePlan): ImagePlan {
  return { ...plan, manifest: 'missing' };
}

/** Moves the findings with this id to the ignored matches, like a security exception. */
function withAcceptedRisk(plan: ImagePlan, id: string): ImagePlan {
  const kept = plan.findings().filter(({ facts }) => facts.id !== id);
  const accepted = plan.findings().filter(({ facts }) => facts.id === id);
  const ignored = accepted.map(({ match }) => ignoredMatch(match, id));
  return { ...plan, findings: () => kept, ignored };
}

function ignoredMatch(match: Match, id: string): IgnoredMatch {
  return { ...match, appliedIgnoreRules: [{ vulnerability: id, 'fix-state': 'not_affected' }] };
}
