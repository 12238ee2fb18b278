import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { samples } from '../scan-results/samples.ts';
import type { ResourceName } from './resources.ts';
import { RESOURCE_NAMES } from './resources.ts';
import type { StorageObject } from './stored-object.ts';

const DumpedList = z.looseObject({
  items: z.array(
    z.looseObject({
      kind: z.string(),
      metadata: z.looseObject({
        name: z.string(),
        namespace: z.string(),
        uid: z.string(),
        resourceVersion: z.string(),
        creationTimestamp: z.string(),
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()),
      }),
      spec: z.unknown(),
    }),
  ),
});

/**
 * Reads the objects of a real storage of 2023. Objects had no checksums then, so serve them with
 * `checksums: false`.
 */
export function loadDump(resources = RESOURCE_NAMES): readonly StorageObject[] {
  return resources.flatMap(loadResource);
}

function loadResource(resource: ResourceName): readonly StorageObject[] {
  const file = samples.path(`storage-dump/${resource}.list.json`);
  return DumpedList.parse(JSON.parse(readFileSync(file, 'utf8'))).items;
}
