import type { Label, MetricFamily, Series } from '../metrics/series.ts';
import { METRIC_NAME } from '../remote-write/labels/labels.ts';
import type { UntimedSeries } from '../remote-write/push/outgoing-cycle.ts';

/** Turns series of metrics into time series of the wire. */
export function createTimeSeriesConverter(): (series: Series) => UntimedSeries {
  let family: MetricFamily | undefined;
  let nameLabel: Label = { name: METRIC_NAME, value: '' };
  return (series) => {
    if (series.family !== family) {
      family = series.family;
      nameLabel = { name: METRIC_NAME, value: family.name };
    }
    const labels = insertNameLabel(series.labels, nameLabel);
    return { labels, metadata: series.family, value: series.value };
  };
}

/** Keeps the order of the labels: only names in upper case come before `__name__`. */
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
