import { Engine } from '../../src/metrics/engine.ts';
import { ExpositionBuffer } from '../../src/metrics/exposition-buffer.ts';
import type { MetricRow } from '../../src/metrics/row.ts';
import type { ImageScan, ScanInventory } from '../../src/model/image-scan.ts';

export interface RenderOptions {
  readonly rows: readonly MetricRow[];
  readonly scans: readonly ImageScan[];
  readonly inventory?: Partial<ScanInventory>;
  readonly cluster?: string;
}

/** The exposition text of scans, by an engine with these rows. */
export function renderText({ rows, scans, inventory, cluster = 'c' }: RenderOptions): string {
  const engine = new Engine({
    rows,
    cluster,
    maxLabelValueBytes: 1024,
    inventory: {
      clusters: [],
      targets: scans.map(({ target }) => target),
      unscanned: [],
      danglingReferences: 0,
      ...inventory,
    },
  });
  const text = new ExpositionBuffer(rows.map(({ name }) => name));
  for (const scan of scans) text.add(engine.add(scan));
  text.add(engine.finish());
  return Buffer.concat([...text.chunks()]).toString('utf8');
}
