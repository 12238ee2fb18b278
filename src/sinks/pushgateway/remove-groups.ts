import { deleteGroup, type DeleteGroupOptions } from './delete-group.ts';
import type { GroupingLabel } from './grouping-path.ts';
import { groupKey, type PushTimes, readPushTimes } from './push-times.ts';

export interface RemoveGroupsOptions extends Omit<DeleteGroupOptions, 'labels'> {
  /** The labels of each group beside its job. */
  readonly groups: readonly (readonly GroupingLabel[])[];
  /** Whether only to say what would be removed. */
  readonly isDryRun: boolean;
}

/** What became of one group, for people. */
export interface GroupRemoval {
  readonly subject: string;
  readonly status: 'ok' | 'warning' | 'failed';
  readonly finding: string;
}

/** Removes groups one after the other. A Pushgateway says the same of a group that was never there. */
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
      yield { subject, ...foretell(group) };
    } else if (hasGivenUp) {
      const finding = 'not tried: the Pushgateway had failed for too long';
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
  if (seconds === 0) return { is: 'there', history: 'no push to it was ever taken' };
  return { is: 'there', history: `last pushed ${new Date(seconds * 1000).toISOString()}` };
}

function foretell(group: Presence): Pick<GroupRemoval, 'status' | 'finding'> {
  switch (group.is) {
    case 'there':
      return { status: 'ok', finding: `would be removed, ${group.history}` };
    case 'absent':
      return { status: 'warning', finding: 'there is no such group' };
    case 'unknown':
      return { status: 'failed', finding: `whether it is there is not known: ${group.reason}` };
    default:
      return group satisfies never;
  }
}

function confirm(group: Presence): Pick<GroupRemoval, 'status' | 'finding'> {
  switch (group.is) {
    case 'there':
      return { status: 'ok', finding: `removed, ${group.history}` };
    case 'absent':
      return { status: 'warning', finding: 'there was no such group; nothing was removed' };
    case 'unknown':
      return { status: 'ok', finding: `removed, if it was there: ${group.reason}` };
    default:
      return group satisfies never;
  }
}

function describeGroup(job: string, labels: readonly GroupingLabel[]): string {
  const pairs: readonly GroupingLabel[] = [['job', job], ...labels];
  return `group ${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(' ')}`;
}
