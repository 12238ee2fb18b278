/** Which workloads are looked at; an empty list of includes means all. */
export interface WorkloadFilter {
  readonly includeNamespaces: readonly string[];
  readonly excludeNamespaces: readonly string[];
  readonly includeWorkloads: readonly string[];
  readonly excludeWorkloads: readonly string[];
}

/** What a filter looks at. */
export interface FilteredWorkload {
  readonly namespace: string;
  readonly workload: string;
}

export function passesFilter(
  filter: WorkloadFilter,
  { namespace, workload }: FilteredWorkload,
): boolean {
  return (
    isWanted(namespace, filter.includeNamespaces, filter.excludeNamespaces) &&
    isWanted(workload, filter.includeWorkloads, filter.excludeWorkloads)
  );
}

/** Whether only some workloads are asked for, so that images without any are not. */
export function isSelective(filter: WorkloadFilter): boolean {
  return filter.includeNamespaces.length > 0 || filter.includeWorkloads.length > 0;
}

function isWanted(value: string, include: readonly string[], exclude: readonly string[]): boolean {
  return (include.length === 0 || include.includes(value)) && !exclude.includes(value);
}
