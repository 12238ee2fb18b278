import type { Label, Series } from '../../src/metrics/series.ts';
import { findingOf, labelsOf, SERIES_PER_IMAGE, valueOf } from './made-series.ts';

const family = {
  name: 'kubescape_image_vulnerability',
  help: 'CVSS base score of a vulnerability in an image',
  type: 'gauge',
} as const;

const imageLabels = new Set(['cluster', 'image', 'image_id', 'registry', 'tag']);

/**
 * The same series as `makeSeries`, image by image, as the engine hands them on: the labels of the image are the
 * same objects in all of its series. The labels of findings are cached, so that making series costs little
 * compared to sending them.
 */
export function* madeMetricSeries(count: number): Generator<readonly Series[]> {
  const findings = new Map<number, readonly Label[]>();
  for (let start = 0; start < count; start += SERIES_PER_IMAGE) {
    const image = toLabels(start);
    const end = Math.min(start + SERIES_PER_IMAGE, count);
    const series: Series[] = [];
    for (let index = start; index < end; index++) {
      const finding = findingOf(index);
      const own = findings.get(finding) ?? toLabels(index);
      findings.set(finding, own);
      const labels = image.map((label, place) =>
        imageLabels.has(label.name) ? label : copy(own[place]),
      );
      series.push({ family, labels, value: valueOf(index) });
    }
    yield series;
  }
}

/** The engine makes the labels of findings anew for each image, from the same texts. */
function copy({ name, value }: Label = { name: '', value: '' }): Label {
  return { name, value };
}

function toLabels(index: number): Label[] {
  return Object.entries(labelsOf(index))
    .slice(1)
    .map(([name, value]) => ({ name, value }));
}
