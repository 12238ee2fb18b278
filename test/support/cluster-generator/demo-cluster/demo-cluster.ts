import type { ImagePlan } from '../cluster-plan.ts';
import type { GeneratedCluster } from '../cluster.ts';
import { clusterOf } from '../cluster.ts';
import { randomFor } from '../random.ts';
import { DEMO_CONTAINERS } from './demo-workloads.ts';

/** A small shop, written by hand, for the examples and the demo. */
export function demoCluster(): GeneratedCluster {
  return clusterOf({
    name: 'demo-eu-1',
    kubescapeNamespace: 'kubescape',
    scanner: {
      scannedAt: '2026-11-20T02:14:05Z',
      databaseBuiltAt: '2026-11-19T06:08:13Z',
      databaseVersion: `sha256:${randomFor('demo', 'database').hex(64)}`,
    },
    images: demoImages(),
    containers: DEMO_CONTAINERS,
    referenceNamespace: 'workload',
    duplicates: 0,
  });
}

function demoImages(): readonly ImagePlan[] {
  return [...new Set(DEMO_CONTAINERS.map(({ image }) => image))];
}
