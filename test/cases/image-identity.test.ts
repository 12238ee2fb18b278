import { describe, expect, it } from 'vitest';

import { filesOfCase, runCase, scanDataCases } from '../support/cases/scan-data-cases.ts';
import { samplesOf, valueOf } from '../support/metrics/exposition-values.ts';

const severities = ['critical', 'high', 'medium', 'low'] as const;

describe.skipIf(scanDataCases.missing)(`image identity${scanDataCases.note}`, () => {
  it.each`
    what                                           | name                               | files                                               | counts          | images
    ${'a local image that was rebuilt'}            | ${'02-appended-results'}           | ${['a-local-image-two-runs.json']}                  | ${[1, 3, 0, 0]} | ${1}
    ${'an image that was scanned again'}           | ${'02-appended-results'}           | ${['b-registry-image-two-runs-same-digest.json']}   | ${[1, 3, 0, 0]} | ${1}
    ${'a document that is there twice'}            | ${'02-appended-results'}           | ${['c-local-image-identical-run-twice.json']}       | ${[4, 6, 0, 0]} | ${1}
    ${'a tag that stands for another image now'}   | ${'02-appended-results'}           | ${['d-tag-moved-two-digests.json']}                 | ${[1, 3, 0, 0]} | ${1}
    ${'images of two platforms'}                   | ${'04-multi-platform'}             | ${['amd64.json', 'arm64.json']}                     | ${[2, 6, 4, 0]} | ${2}
    ${'images of two platforms, in another order'} | ${'04-multi-platform'}             | ${['arm64.json', 'amd64.json']}                     | ${[2, 6, 4, 0]} | ${2}
    ${'a folder of nightly scans'}                 | ${'17-nightly-folder'}             | ${undefined}                                        | ${[0, 0, 0, 1]} | ${1}
    ${'nightly scans, the newest first'}           | ${'17-nightly-folder'}             | ${['nginx-2026-10-1.json', 'nginx-2026-9-30.json']} | ${[0, 0, 0, 1]} | ${1}
    ${'nightly scans, the newest last'}            | ${'17-nightly-folder'}             | ${['nginx-2026-9-30.json', 'nginx-2026-10-1.json']} | ${[0, 0, 0, 1]} | ${1}
    ${'a manifest with an older kind of name'}     | ${'18-orphan-manifest-same-image'} | ${['a-old-naming-scheme.json']}                     | ${[2, 3, 0, 0]} | ${1}
    ${'a manifest of another tag'}                 | ${'18-orphan-manifest-same-image'} | ${['b-reference-changed-same-digest.json']}         | ${[2, 3, 0, 0]} | ${1}
  `('counts $what once', async ({ name, files, counts, images }: CountCase) => {
    const { text, exitCode, messages } = await runCase(name, files);

    expect(severities.map((severity) => totalOf(text, severity))).toEqual(counts);
    expect(valueOf(text, 'kubescape_scanned_images')).toBe(images);
    expect(exitCode).toBe(0);
    expect(messages).not.toContain('no time');
  });

  it('names an image after what the user scanned', async () => {
    const { text } = await runCase('07-retagged-image', ['mirror-scan.json']);

    expect(imagesOf(text)).toEqual([
      { registry: 'registry.example', image: 'mirror/alpine', tag: '3.19', value: 3 },
    ]);
  });

  it('distinguishes two releases whose images share a tag on the machine', async () => {
    const { text } = await runCase('07-retagged-image', ['two-releases.json']);

    expect(imagesOf(text)).toEqual([
      { registry: 'docker.io', image: 'shop/api', tag: '1.0', value: 3 },
      { registry: 'docker.io', image: 'shop/api', tag: '2.0', value: 1 },
    ]);
  });

  it('counts one container for an image whose older manifest storage left behind', async () => {
    for (const file of filesOfCase('18-orphan-manifest-same-image')) {
      const { text } = await runCase('18-orphan-manifest-same-image', [file]);

      expect(valueOf(text, 'kubescape_scanned_containers')).toBe(1);
      expect(imagesOf(text).map(({ value }) => value)).toEqual([5]);
    }
  });
});

interface CountCase {
  readonly name: string;
  readonly files: readonly string[] | undefined;
  /** Findings of each severity. */
  readonly counts: readonly number[];
  readonly images: number;
}

function totalOf(text: string, severity: string): number | undefined {
  return valueOf(text, `kubescape_total_${severity}_vulnerabilities`);
}

function imagesOf(text: string) {
  return samplesOf(text)
    .filter(({ name }) => name === 'kubescape_total_image_vulnerabilities')
    .map(({ labels: { registry, image, tag }, value }) => ({ registry, image, tag, value }));
}
