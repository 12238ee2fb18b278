import * as z from 'zod';

import { isUtf8Name } from '../remote-write/labels/labels.ts';

/** Labels added to every series, as in Prometheus' `global.external_labels`. */
export const ExternalLabels = z.record(z.string(), z.string()).check(({ value, issues }) => {
  if (Object.keys(value).every((name) => isUtf8Name(name))) return;
  issues.push({ code: 'custom', input: undefined, message: 'a label name must not be empty' });
});
