import * as z from 'zod';

import { Duration, durationPattern } from '../../src/config/duration.ts';
import { ChartValues } from './chart-values.ts';

/** Generates values.schema.json in JSON Schema draft 7, which all releases of Helm 3 and 4 read. */
export function valuesSchema(): string {
  const schema = z.toJSONSchema(ChartValues, {
    io: 'input',
    target: 'draft-7',
    override({ zodSchema, jsonSchema }) {
      // Helm ignores defaults in a schema.
      delete jsonSchema.default;
      if (isDuration(zodSchema)) {
        jsonSchema.pattern = durationPattern.source;
        jsonSchema.minLength = 1;
      }
    },
  });
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** Code parses durations, so their schema lacks a pattern. */
function isDuration(schema: z.core.$ZodType): boolean {
  return schema === Duration.in;
}
