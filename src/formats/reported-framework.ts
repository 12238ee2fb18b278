import * as z from 'zod';

import { controlsOfFramework } from '../model/control-library.ts';
import { dictionary } from './first-error.ts';

const Count = z.number().nullish();
const Counters = z
  .object({
    passedResources: Count,
    failedResources: Count,
    skippedResources: Count,
    excludedResources: Count,
  })
  .nullish();
type Counters = z.infer<typeof Counters>;

/** A control with its number of resources for each status. */
export const CountedControl = z.object({ ResourceCounters: Counters });
type CountedControl = z.infer<typeof CountedControl>;

/** A framework in the output of `kubescape scan`. */
export const ReportedFramework = z.object({
  name: z.string(),
  complianceScore: z.number().min(0).max(100).nullish(),
  controls: dictionary(CountedControl).nullish(),
  ResourceCounters: Counters,
});
type ReportedFramework = z.infer<typeof ReportedFramework>;

/**
 * Returns whether no control of the framework applied to any resource. Kubescape gives such a framework
 * the score 0 or 100.
 *
 * @param all Controls of all frameworks, for reports that do not list those of each.
 */
export function isEmptyFramework(
  { name, controls, ResourceCounters }: ReportedFramework,
  all: Readonly<Record<string, CountedControl>>,
): boolean {
  const own = Object.values(controls ?? {});
  if (own.length === 0 && ResourceCounters) return isZero(ResourceCounters);
  const counted = own.length > 0 ? own : controlsOf(name, all);
  return counted.every((control) => isZero(control.ResourceCounters));
}

/** All controls if those of the framework are unknown. */
function controlsOf(
  name: string,
  all: Readonly<Record<string, CountedControl>>,
): readonly CountedControl[] {
  const ids = controlsOfFramework(name);
  const own = Object.entries(all).flatMap(([id, control]) => (ids?.has(id) ? [control] : []));
  return own.length > 0 ? own : Object.values(all);
}

function isZero(counters: Counters): boolean {
  return Object.values(counters ?? {}).every((count) => (count ?? 0) === 0);
}
