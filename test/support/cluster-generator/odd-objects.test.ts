import { describe, expect, it } from 'vitest';

import { generateCluster } from './generate-cluster.ts';

describe('odd objects', () => {
  it('stubs have a status and an empty spec', () => {
    const { summaries, manifests } = withOdd({ stubs: 1 });
    const stub = summaries.at(-1);

    expect(stub?.metadata.annotations['kubescape.io/status']).toBe('unsupported-schema');
    expect(stub?.spec.vulnerabilitiesRef.all).toStrictEqual({ namespace: '', name: '', kind: '' });
    expect(manifests).toHaveLength(2);
  });

  it('dangling references name a missing manifest', () => {
    const { summaries, manifests } = withOdd({ danglingReferences: 1 });
    const name = summaries.at(-1)?.spec.vulnerabilitiesRef.all.name;

    expect(name).toBeTruthy();
    expect(manifests.map(({ metadata }) => metadata.name)).not.toContain(name);
  });

  it('orphan manifests have no summary', () => {
    const { summaries, manifests } = withOdd({ orphanManifests: 1 });
    const named = new Set(summaries.map(({ spec }) => spec.vulnerabilitiesRef.all.name));

    expect(manifests.filter(({ metadata }) => !named.has(metadata.name))).toHaveLength(1);
  });

  it('metadata-only objects have zeroed specs', () => {
    const { summaries, manifests } = withOdd({ metadataOnly: 1 });

    expect(summaries.at(-1)?.spec.vulnerabilitiesRef.all.name).toBe('');
    expect(manifests.at(-1)).toMatchObject({
      spec: { metadata: { tool: { version: '' } }, payload: { matches: null, source: null } },
    });
  });

  it('duplicates are repeated at the end, with a higher resourceVersion', () => {
    const { manifests } = withOdd({ duplicates: 1 });

    expect(manifests.at(-1)?.metadata).toStrictEqual({
      ...manifests[0]?.metadata,
      resourceVersion: '2',
    });
  });

  it('null lists are null', () => {
    const match = withOdd({ nullLists: 1 }).manifests.at(-1)?.spec.payload.matches?.[0];

    expect(match).toMatchObject({ relatedVulnerabilities: null, matchDetails: null });
    expect(match?.vulnerability).toMatchObject({ urls: null, cvss: null, fix: { versions: null } });
    expect(match?.artifact).toMatchObject({ locations: null, cpes: null, upstreams: null });
  });

  it('clean images have null instead of matches, and a summary of zeros that names them', () => {
    const { summaries, manifests } = withOdd({ clean: 1 });

    expect(manifests.at(-1)?.spec.payload.matches).toBeNull();
    expect(manifests.at(-1)?.spec.metadata.tool.version).toBe('v0.104.1-matching-adaptive');
    expect(summaries.at(-1)?.spec.vulnerabilitiesRef.all.name).toBe(
      manifests.at(-1)?.metadata.name,
    );
  });

  it('unknown severities are misspelled or missing, and not in the summary', () => {
    const { summaries, manifests } = withOdd({ unknownSeverities: 3 });
    const spellings = manifests
      .slice(-3)
      .map(({ spec }) => spec.payload.matches?.[0]?.vulnerability.severity);
    const matches = manifests.at(-1)?.spec.payload.matches?.length ?? 0;
    const counted = Object.values(summaries.at(-1)?.spec.severities ?? {});

    expect(spellings).toStrictEqual(['Moderate', 'Important', undefined]);
    expect(counted.reduce((sum, { all }) => sum + all, 0)).toBe(matches - 1);
  });
});

type Odd = NonNullable<Parameters<typeof generateCluster>[0]['odd']>;
type Cluster = ReturnType<typeof generateCluster>;

function withOdd(odd: Odd): {
  readonly summaries: ReturnType<Cluster['summaries']> extends Iterable<infer T> ? T[] : never;
  readonly manifests: ReturnType<Cluster['manifests']> extends Iterable<infer T> ? T[] : never;
} {
  const cluster = generateCluster({ seed: 1, images: 2, relevancy: 0, findingsPerImage: 20, odd });
  return { summaries: [...cluster.summaries()], manifests: [...cluster.manifests()] };
}
