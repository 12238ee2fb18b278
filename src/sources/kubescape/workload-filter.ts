/** An empty include list includes everything. Excludes win over includes. */
export interface WorkloadFilter {
  readonly includeNamespaces: readonly string[];
  readonly excludeNamespaces: readonly string[];
  readonly includeWorkloads: readonly string[];
  readonly excludeWorkloads: readonly string[];
}

export interface FilteredWorkload {
  readonly namespace: string;
  readonly workload: string;
}

export function passesFilter(
  filter: WorkloadFilter,
  { namespace, workload }: FilteredWorkload,
): boolean {
  return (
    isIncluded(namespace, filter.includeNamespaces, filter.excludeNamespaces) &&
    isIncluded(workload, filter.includeWorkloads, filter.excludeWorkloads)
  );
}

/** Whether the filter has an include list, which leaves out images without workloads. */
export function hasIncludes(filter: WorkloadFilter): boolean {
  return filter.includeNamespaces.length > 0 || filter.includeWorkloads.length > 0;
}

function isIncluded(
  value: string,
  include: readonly string[],
  exclude: readonly string[],
): boolean {
  return (include.length === 0 || include.includes(value)) && !exclude.includes(value);
}
