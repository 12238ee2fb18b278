import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import type { GeneratedCluster } from './cluster.ts';
import type { ContainerOutcome } from './expected.ts';
import { generateCluster } from './generate-cluster.ts';
import type { VulnerabilityManifest } from './object-types.ts';
import { recount } from './recount.ts';
import type { Severity } from './severity.ts';
import { SEVERITIES } from './severity.ts';

const EVERY_ODDITY = {
  stubs: 2,
  danglingReferences: 2,
  orphanManifests: 2,
  metadataOnly: 2,
  duplicates: 3,
  nullLists: 2,
  clean: 1,
  unknownSeverities: 3,
} as const;

const cluster = generateCluster({
  seed: 7,
  images: 24,
  containers: 60,
  findingsPerImage: 80,
  findingsSpread: 0.5,
  odd: EVERY_ODDITY,
});
const expected = cluster.expected();
const manifests = latest(cluster.manifests());
const summaries = latest(cluster.summaries());

describe('a seed', () => {
  it('always yields the same cluster', () => {
    const options = { seed: 3, images: 5, odd: EVERY_ODDITY };

    expect(fingerprint(generateCluster(options))).toBe(fingerprint(generateCluster(options)));
  });

  it('yields another cluster than other seeds', () => {
    const one = fingerprint(generateCluster({ seed: 3, images: 5 }));
    const other = fingerprint(generateCluster({ seed: 4, images: 5 }));

    expect(one).not.toBe(other);
  });

  it('keeps the same images when more are requested', () => {
    const few = generateCluster({ seed: 3, images: 4, relevancy: 0 });
    const more = generateCluster({ seed: 3, images: 6, relevancy: 0 });

    expect([...more.manifests()].slice(0, 4)).toStrictEqual([...few.manifests()]);
  });
});

describe('manifests', () => {
  it('have the size of real ones at 450 matches', () => {
    const large = generateCluster({ seed: 5, images: 8, findingsPerImage: 450, relevancy: 0 });

    const sizes = [...large.manifests()].map((manifest) => JSON.stringify(manifest).length);

    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(mean).toBeGreaterThan(1_000_000);
    expect(mean).toBeLessThan(1_300_000);
  });

  it('repeat ids in several packages and images', () => {
    const { total, uniqueIds } = expected.runningImages;
    const ofOne = expected.images[0]?.totals;

    expect(ofOne?.uniqueIds).toBeLessThan((ofOne?.total ?? 0) * 0.9);
    expect(uniqueIds).toBeLessThan(total / 2);
  });

  it('contain every fix state', () => {
    const states = manifests.flatMap(({ spec }) =>
      (spec.payload.matches ?? []).map(({ vulnerability }) => vulnerability.fix.state),
    );

    expect([...new Set(states)].toSorted()).toStrictEqual([
      '',
      'fixed',
      'not-fixed',
      'unknown',
      'wont-fix',
    ]);
  });

  it('are generated fast enough to stream gigabytes', () => {
    const many = generateCluster({ seed: 5, images: 60, findingsPerImage: 450, relevancy: 0 });
    const startedAtMs = performance.now();
    let bytes = 0;
    for (const manifest of many.manifests()) bytes += JSON.stringify(manifest).length;

    const seconds = (performance.now() - startedAtMs) / 1000;
    process.stderr.write(`generated ${Math.round(bytes / 1e6 / seconds)} MB/s of manifests\n`);
    expect(bytes).toBeGreaterThan(60_000_000);
  });
});

describe('expected()', () => {
  it('agrees with a recount of each image', () => {
    for (const { manifest, totals } of expected.images) {
      expect(recount([manifestNamed(manifest)])).toStrictEqual(totals);
    }
  });

  it('agrees with a recount of the cluster', () => {
    const running = expected.images.filter(({ containers }) => containers > 0);
    const orphaned = expected.images.filter(({ containers }) => containers === 0);
    const scanned = expected.containers.filter(({ outcome }) => outcome === 'scanned');

    expect(recount(running.map(({ manifest }) => manifestNamed(manifest)))).toStrictEqual(
      expected.runningImages,
    );
    expect(recount(orphaned.map(({ manifest }) => manifestNamed(manifest)))).toStrictEqual(
      expected.orphanImages,
    );
    expect(recount(scanned.map(({ summary }) => manifestOf(summary)))).toStrictEqual(
      expected.scannedContainers,
    );
  });

  it('agrees with a recount of relevant findings', () => {
    const watched = expected.containers.filter(({ relevant }) => relevant !== undefined);

    expect(watched.length).toBeGreaterThan(5);
    for (const { filteredManifest = '', relevant } of watched) {
      expect(recount([manifestNamed(filteredManifest)])).toStrictEqual(relevant);
    }
  });

  it('counts each object once', () => {
    expect(expected.objects).toStrictEqual({
      summaries: summaries.length,
      manifests: manifests.length,
    });
  });

  it('separates odd containers from scanned ones', () => {
    expect(containersThatAre('unsupported-schema')).toBe(EVERY_ODDITY.stubs);
    expect(containersThatAre('dangling')).toBe(EVERY_ODDITY.danglingReferences);
    expect(containersThatAre('metadata-only')).toBe(EVERY_ODDITY.metadataOnly);
  });
});

describe('summaries', () => {
  it.each(SEVERITIES)('count the matches of their manifests: %s', (severity) => {
    const key = keyOf(severity);
    for (const { summary, outcome } of expected.containers) {
      if (outcome !== 'scanned') continue;
      const matches = manifestOf(summary).spec.payload.matches ?? [];
      const graded = matches.filter(({ vulnerability }) => vulnerability.severity === severity);
      expect(summaryNamed(summary).spec.severities[key].all).toBe(graded.length);
    }
  });

  it('agree with expected()', () => {
    for (const { summary, counts } of expected.containers) {
      const { severities } = summaryNamed(summary).spec;
      expect(SEVERITIES.map((severity) => severities[keyOf(severity)].all)).toStrictEqual(
        SEVERITIES.map((severity) => counts[severity]),
      );
    }
  });

  it('count relevant findings, omitting zeros', () => {
    for (const { summary, relevant } of expected.containers) {
      const { medium } = summaryNamed(summary).spec.severities;
      const used = relevant?.severities.Medium ?? 0;
      expect(medium).toStrictEqual(
        used === 0 ? { all: medium.all } : { all: medium.all, relevant: used },
      );
    }
  });

  it('name the manifest, in the wrong namespace by default', () => {
    const right = generateCluster({ seed: 7, images: 3, referenceNamespace: 'kubescape' });

    const named = summaries.filter(({ spec }) => spec.vulnerabilitiesRef.all.name !== '');

    expect(named.length).toBeGreaterThan(50);
    for (const { metadata, spec } of named) {
      expect(spec.vulnerabilitiesRef.all.namespace).toBe(metadata.namespace);
    }
    for (const { spec } of right.summaries()) {
      expect(spec.vulnerabilitiesRef.all.namespace).toBe('kubescape');
    }
  });
});

function containersThatAre(outcome: ContainerOutcome): number {
  return expected.containers.filter((container) => container.outcome === outcome).length;
}

function keyOf(severity: Severity): Lowercase<Severity> {
  const keys = {
    Critical: 'critical',
    High: 'high',
    Medium: 'medium',
    Low: 'low',
    Negligible: 'negligible',
    Unknown: 'unknown',
  } as const;
  return keys[severity];
}

function fingerprint(made: GeneratedCluster): string {
  const hash = createHash('sha256');
  for (const object of made.manifests()) hash.update(JSON.stringify(object));
  for (const object of made.summaries()) hash.update(JSON.stringify(object));
  return hash.digest('hex');
}

/** If two objects have the same name, the last one counts. */
function latest<T extends Pick<VulnerabilityManifest, 'metadata'>>(objects: Iterable<T>): T[] {
  const byName = new Map<string, T>();
  for (const object of objects) {
    byName.set(`${object.metadata.namespace}/${object.metadata.name}`, object);
  }
  return [...byName.values()];
}

function manifestNamed(name: string): VulnerabilityManifest {
  return found(manifests, name);
}

function summaryNamed(name: string): (typeof summaries)[number] {
  return found(summaries, name);
}

function manifestOf(summary: string): VulnerabilityManifest {
  return manifestNamed(summaryNamed(summary).spec.vulnerabilitiesRef.all.name);
}

function found<T extends Pick<VulnerabilityManifest, 'metadata'>>(
  objects: readonly T[],
  name: string,
): T {
  const object = objects.find(({ metadata }) => metadata.name === name);
  if (object === undefined) throw new Error(`no object ${name} was found`);
  return object;
}
