import { deleteGroup, type DeleteGroupOptions } from './delete-group.ts';
import type { GroupingLabel } from './grouping-path.ts';
import { groupKey, type PushTimes, readPushTimes } from './push-times.ts';

export interface RemoveGroupsOptions extends Omit<DeleteGroupOptions, 'labels'> {
  /** Labels of each group besides its job. */
  readonly groups: readonly (readonly GroupingLabel[])[];
  /** Whether to report the groups without deleting them. */
  readonly isDryRun: boolean;
}

/** The result for one group. */
export interface GroupRemoval {
  readonly subject: string;
  readonly status: 'ok' | 'warning' | 'failed';
  readonly finding: string;
}

/**
 * Deletes groups one by one. Reads the existing groups first, because a Pushgateway also confirms the deletion
 * of a group that does not exist.
 */
export async function* removeGroups(
  { groups, isDryRun, ...options }: RemoveGroupsOptions,
  signal: AbortSignal,
): AsyncGenerator<GroupRemoval> {
  const times = await readPushTimes(options, signal);
  let hasGivenUp = false;
  for (const labels of groups) {
    const subject = describeGroup(options.job, labels);
    const group = presenceOf(groupKey(options.job, labels), times);
    if (isDryRun) {
      yield { subject, ...announce(group) };
    } else if (hasGivenUp) {
      const finding = 'not deleted: the Pushgateway is unavailable';
      yield { subject, status: 'failed', finding };
    } else {
      const result = await deleteGroup({ ...options, labels }, signal);
      hasGivenUp = result.status === 'retryable';
      if (result.status === 'success') yield { subject, ...confirm(group) };
      else yield { subject, status: 'failed', finding: result.error.message };
    }
  }
}

type Presence =
  | { readonly is: 'there'; readonly history: string }
  | { readonly is: 'absent' }
  | { readonly is: 'unknown'; readonly reason: string };

function presenceOf(key: string, times: PushTimes): Presence {
  if (times.status === 'unknown') return { is: 'unknown', reason: times.reason };
  const seconds = times.at.get(key);
  if (seconds === undefined) return { is: 'absent' };
  if (seconds === 0) return { is: 'there', history: 'no push has succeeded yet' };
  return { is: 'there', history: `last pushed ${new Date(seconds * 1000).toISOString()}` };
}

function announce(group: Presence): Pick<GroupRemoval, 'status' | 'finding'> {
  switch (group.is) {
    case 'there':
      return { status: 'ok', finding: `would be deleted; ${group.history}` };
    case 'absent':
      return { status: 'warning', finding: 'the group does not exist' };
    case 'unknown':
      return { status: 'failed', finding: `cannot tell whether the group exists: ${group.reason}` };
    default:
      return group satisfies never;
  }
}

function confirm(group: Presence): Pick<GroupRemoval, 'status' | 'finding'> {
  switch (group.is) {
    case 'there':
      return { status: 'ok', finding: `deleted; ${group.history}` };
    case 'absent':
      return { status: 'warning', finding: 'the group did not exist; nothing was deleted' };
    case 'unknown':
      return {
        status: 'ok',
        finding: `deleted if it existed; cannot tell whether it did: ${group.reason}`,
      };
    default:
      return group satisfies never;
  }
}

function describeGroup(job: string, labels: readonly GroupingLabel[]): string {
  const pairs: readonly GroupingLabel[] = [['job', job], ...labels];
  return `group ${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(' ')}`;
}
