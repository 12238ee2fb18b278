import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runCli } from '../../test/support/cli/run-cli.ts';
import type { GeneratedCluster } from '../../test/support/cluster-generator/cluster.ts';
import { generateCluster } from '../../test/support/cluster-generator/generate-cluster.ts';
import type {
  Match,
  VulnerabilityManifest,
} from '../../test/support/cluster-generator/object-types.ts';
import { hash32 } from '../../test/support/cluster-generator/random.ts';
import { writeCluster } from '../../test/support/cluster-generator/write-cluster.ts';
import { type Sample, samplesOf } from '../../test/support/metrics/exposition-values.ts';

export const DAYS = 42;

/** Share of findings that are known on the first day; the rest are published during the six weeks. */
const KNOWN_SHARE = 0.6;
/** Share of images that are patched during the six weeks. */
const PATCHED_SHARE = 0.75;
const NEVER = DAYS + 1;

const cluster = generateCluster({
  seed: 11,
  cluster: 'demo-eu-1',
  images: 16,
  containers: 30,
  findingsPerImage: 40,
  findingsSpread: 0.6,
  relevancy: 0,
});

/** Returns the samples that a push on the given day would send, as the built CLI renders them. */
export async function samplesOfDay(day: number): Promise<Sample[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kubescape-push-pictures-'));
  try {
    await writeCluster(onDay(day), { folder, layout: 'lists' });
    const run = await runCli(['render', '--from', folder, '--cluster', cluster.name]);
    if (run.exitCode !== 0) throw new Error(`rendering day ${day} failed: ${run.stderr}`);
    return samplesOf(run.stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function onDay(day: number): GeneratedCluster {
  return {
    ...cluster,
    *manifests() {
      for (const manifest of cluster.manifests()) yield manifestOnDay(manifest, day);
    },
  };
}

/** New findings are published over time. An image loses its fixable findings when it is patched. */
function manifestOnDay(manifest: VulnerabilityManifest, day: number): VulnerabilityManifest {
  const { spec, metadata } = manifest;
  const patchedOn = dayOf(`patch ${metadata.name}`, 1 - PATCHED_SHARE, NEVER);
  const matches = (spec.payload.matches ?? []).filter((match) => {
    const publishedOn = dayOf(`publish ${match.vulnerability.id}`, KNOWN_SHARE, 0);
    const isFixed = isFixable(match) && publishedOn <= patchedOn && patchedOn <= day;
    return publishedOn <= day && !isFixed;
  });
  return { ...manifest, spec: { ...spec, payload: { ...spec.payload, matches } } };
}

function isFixable({ vulnerability }: Match): boolean {
  return vulnerability.fix.state === 'fixed';
}

/** Returns a day that depends only on the key: `otherwise` for the given share of keys, any day for the others. */
function dayOf(key: string, share: number, otherwise: number): number {
  const fraction = (Math.imul(hash32(key), 0x9e3779b1) >>> 0) / 2 ** 32;
  return fraction < share ? otherwise : Math.ceil(((fraction - share) / (1 - share)) * DAYS);
}
