import { Engine } from '../../../src/metrics/engine/engine.ts';
import { ExpositionBuffer } from '../../../src/metrics/exposition/exposition-buffer.ts';
import type { MetricRow } from '../../../src/metrics/row.ts';
import type { ImageScan, ScanInventory } from '../../../src/model/image-scan.ts';
import type { PostureScan } from '../../../src/model/posture-scan.ts';

export interface RenderOptions {
  readonly rows: readonly MetricRow[];
  readonly scans?: readonly ImageScan[];
  readonly postures?: readonly PostureScan[];
  readonly inventory?: Partial<ScanInventory>;
  readonly cluster?: string;
  readonly shard?: string;
}

/** Renders the exposition text of scans with an engine for the given rows. */
export function renderText(options: RenderOptions): string {
  const { rows, scans = [], postures = [], inventory, cluster = 'c', shard } = options;
  const engine = new Engine({
    rows,
    cluster,
    maxLabelValueBytes: 1024,
    ...(shard !== undefined && { shard }),
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
  for (const posture of postures) engine.addPosture(posture);
  text.add(engine.finish());
  return Buffer.concat([...text.chunks()]).toString('utf8');
}
