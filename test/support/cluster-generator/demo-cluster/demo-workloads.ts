import type { ContainerPlan, ImagePlan, Workload } from '../cluster-plan.ts';
import {
  CATALOG_IMAGE,
  COREDNS_IMAGE,
  GRAFANA_IMAGE,
  INGRESS_IMAGE,
  KUBE_PROXY_IMAGE,
  LEDGER_IMAGE,
  LEGACY_IMAGE,
  NEWSLETTER_IMAGE,
  NGINX_IMAGE,
  NODE_EXPORTER_IMAGE,
  POSTGRES_IMAGE,
  PROMETHEUS_IMAGE,
  PROXY_IMAGE,
  REDIS_IMAGE,
  RELOADER_IMAGE,
  STOREFRONT_IMAGE,
  WORKER_IMAGE,
} from './demo-images.ts';

/** Image of a container, and the packages it loads, if known. */
interface Run {
  readonly image: ImagePlan;
  readonly used?: readonly string[];
  readonly more?: Partial<ContainerPlan>;
}

const PROXY: Run = { image: PROXY_IMAGE };

/** Scheduled scans run at night. */
const FIRST_SCAN_MS = Date.parse('2026-11-20T02:14:05Z');
const SCAN_STEP_MS = 47_000;

export const DEMO_CONTAINERS: readonly ContainerPlan[] = [
  ...workload('shop/Deployment/storefront', {
    storefront: { image: STOREFRONT_IMAGE, used: ['libc6', 'libssl3', 'lodash', 'axios', 'node'] },
    'istio-proxy': PROXY,
  }),
  ...workload('shop/Deployment/storefront-web', {
    nginx: { image: NGINX_IMAGE, used: ['libc6', 'libssl3', 'zlib1g', 'nginx'] },
    'istio-proxy': PROXY,
  }),
  ...workload('shop/Deployment/catalog', {
    catalog: {
      image: CATALOG_IMAGE,
      used: ['stdlib', 'golang.org/x/net', 'google.golang.org/grpc'],
    },
    'istio-proxy': PROXY,
  }),
  ...workload('shop/Deployment/catalog-indexer', { indexer: { image: CATALOG_IMAGE } }),
  ...workload('shop/StatefulSet/cart-cache', { redis: { image: REDIS_IMAGE, used: ['redis'] } }),
  ...workload('shop/CronJob/price-import', { import: { image: WORKER_IMAGE } }),
  ...workload('shop/CronJob/newsletter', { send: { image: NEWSLETTER_IMAGE } }),
  ...workload('payments/Deployment/ledger', {
    ledger: {
      image: LEDGER_IMAGE,
      used: ['glibc', 'openssl-libs', 'log4j-core', 'jackson-databind', 'spring-beans'],
    },
    'istio-proxy': PROXY,
  }),
  ...workload('payments/Deployment/checkout-worker', {
    worker: { image: WORKER_IMAGE, used: ['libc6', 'libssl3', 'django', 'urllib3'] },
    'istio-proxy': PROXY,
  }),
  ...workload('payments/Deployment/legacy-gateway', {
    gateway: { image: LEGACY_IMAGE, more: { summary: 'unsupported-schema' } },
  }),
  ...workload('payments/StatefulSet/postgres', {
    postgres: { image: POSTGRES_IMAGE, used: ['libc6', 'libssl3', 'libxml2', 'postgresql'] },
  }),
  ...workload('payments/StatefulSet/session-cache', { redis: { image: REDIS_IMAGE } }),
  ...workload('payments/Job/ledger-migration', { migrate: { image: LEDGER_IMAGE } }),
  ...workload('payments/CronJob/ledger-backup', {
    // Scanned a week earlier than the others, to show an outdated result.
    dump: { image: POSTGRES_IMAGE, more: { scannedAt: '2026-11-11T02:31:12Z' } },
  }),
  ...workload('monitoring/StatefulSet/prometheus', {
    prometheus: { image: PROMETHEUS_IMAGE },
    'config-reloader': { image: RELOADER_IMAGE },
  }),
  ...workload('monitoring/Deployment/grafana', {
    grafana: { image: GRAFANA_IMAGE },
    'istio-proxy': PROXY,
  }),
  ...workload('monitoring/DaemonSet/node-exporter', {
    'node-exporter': { image: NODE_EXPORTER_IMAGE },
  }),
  ...workload('ingress/DaemonSet/ingress-nginx-controller', {
    controller: { image: INGRESS_IMAGE, used: ['libcrypto3', 'libssl3', 'stdlib', 'nginx'] },
  }),
  ...workload('ingress/Deployment/default-backend', { nginx: { image: NGINX_IMAGE } }),
  ...workload('ingress/Deployment/maintenance-page', { nginx: { image: NGINX_IMAGE } }),
  ...workload('kube-system/Deployment/coredns', { coredns: { image: COREDNS_IMAGE } }),
  ...workload('kube-system/DaemonSet/kube-proxy', { 'kube-proxy': { image: KUBE_PROXY_IMAGE } }),
  ...workload('kube-system/DaemonSet/node-local-dns', { 'node-cache': { image: COREDNS_IMAGE } }),
].map((container, index) => atTurn(container, index));

/** Scans have different times. */
function atTurn(container: ContainerPlan, turn: number): ContainerPlan {
  const scannedAt = new Date(FIRST_SCAN_MS + turn * SCAN_STEP_MS).toISOString();
  return { scannedAt, ...container };
}

function workload(path: string, runs: Readonly<Record<string, Run>>): readonly ContainerPlan[] {
  const [namespace = '', kind = '', name = ''] = path.split('/');
  const owner = { namespace, kind, name };
  return Object.entries(runs).map(([container, run]) => containerOf(owner, container, run));
}

function containerOf(owner: Workload, container: string, run: Run): ContainerPlan {
  const used = run.used === undefined ? undefined : new Set(run.used);
  return {
    workload: owner,
    container,
    image: run.image,
    summary: 'present',
    ...(used === undefined
      ? {}
      : { isRelevant: ({ match }): boolean => used.has(match.artifact.name) }),
    ...run.more,
  };
}
