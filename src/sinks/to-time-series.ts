import type { Label, MetricFamily, Series } from '../metrics/series.ts';
import { METRIC_NAME } from '../remote-write/labels/labels.ts';
import type { UntimedSeries } from '../remote-write/push/write-series.ts';

/** Converts metric series to time series, adding `__name__`. */
export function createTimeSeriesConverter(): (series: Series) => UntimedSeries {
  let family: MetricFamily | undefined;
  let nameLabel: Label = { name: METRIC_NAME, value: '' };
  return (series) => {
    if (series.family !== family) {
      family = series.family;
      nameLabel = { name: METRIC_NAME, value: family.name };
    }
    const labels = insertNameLabel(series.labels, nameLabel);
    return { labels, metadata: series.family, value: series.value, startMs: series.startMs };
  };
}

/** Keeps the labels sorted: only upper-case names sort before `__name__`. */
function insertNameLabel(labels: readonly Label[], nameLabel: Label): Label[] {
  const all: Label[] = [];
  let isIn = false;
  for (const label of labels) {
    if (!isIn && label.name >= METRIC_NAME) {
      all.push(nameLabel);
      isIn = true;
    }
    all.push(label);
  }
  if (!isIn) all.push(nameLabel);
  return all;
}
