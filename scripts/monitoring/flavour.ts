import { containerLabels, resourceLabels } from '../../src/metrics/label-catalogue.ts';
import { type Matchers, select } from './selector.ts';

/**
 * What a series is about. One that vanished is told from one that is still there by when the
 * anchor with the same labels was last pushed, which every subject has, whatever its findings.
 */
export interface Subject {
  readonly labels: readonly string[];
  /** A family that has one series for each subject in every cycle. */
  readonly anchor: string;
  /** A family that has one series in every cycle whose results could be read. */
  readonly cycle: string;
}

export const containers: Subject = {
  labels: containerLabels,
  anchor: 'total_image_vulnerabilities',
  cycle: 'scanned_containers',
};

/** Of containers; those without a result have no number of findings, so that states are their own anchor. */
export const states: Subject = {
  labels: [...containerLabels, 'status'],
  anchor: 'image_scan_status',
  cycle: 'scanned_containers',
};

export const resources: Subject = {
  labels: resourceLabels,
  anchor: 'failed_controls',
  cycle: 'scanned_resources',
};

export const controls: Subject = {
  labels: ['cluster', 'control_id'],
  anchor: 'control_failed_resources',
  cycle: 'scanned_resources',
};

export interface CurrentOptions {
  readonly subject: Subject;
  /** Of the anchors; what the selector itself is narrowed down to, or less. */
  readonly matchers?: Matchers;
  /** How long ago; by default now. */
  readonly offset?: string;
}

/** How a value is asked for, depending on how often it is sent. */
export interface Flavour {
  readonly id: 'agent' | 'cronjob';
  readonly title: string;
  /** The last value of a series that a cluster has in every cycle. */
  readonly latest: (selector: string, offset?: string) => string;
  /** The last values of series that come and go with their subject, without those that are gone. */
  readonly current: (selector: string, options: CurrentOptions) => string;
  /** The values of each step of a graph. */
  readonly overTime: (selector: string) => string;
  /** How much a counter has grown of late: one process counts many cycles, or each its own. */
  readonly grown: (selector: string) => string;
  /** The same for each step of a graph. */
  readonly grownOverTime: (selector: string) => string;
}

/** The agent sends its values again every minute, so that all is as if it were scraped. */
export const agentFlavour: Flavour = {
  id: 'agent',
  title: 'agent',
  latest: withOffset,
  current: (selector, { offset = '' }) => withOffset(selector, offset),
  overTime: (selector) => selector,
  grown: (selector) => `increase(${selector}[30m])`,
  grownOverTime: (selector) => `increase(${selector}[30m])`,
};

/**
 * Less than the five minutes for which a sample is seen, so that no sample is missed. It is as
 * old as what is looked at is coarse: a change shows up at most this much later.
 */
const STEP = '4m';

/**
 * A CronJob sends once and is silent until its next run.
 *
 * @param window Twice the interval of the CronJob, so that one failed run leaves no gap.
 */
export function cronjobFlavour(window: string): Flavour {
  /** When the series was last pushed, which `last_over_time` does not tell. */
  function pushedAt(selector: string, offset: string): string {
    return `max_over_time(timestamp(${selector})[${window}:${STEP}]${offsetText(offset)})`;
  }
  return {
    id: 'cronjob',
    title: 'CronJob',
    latest: (selector, offset = '') =>
      `last_over_time(${selector}[${window}]${offsetText(offset)})`,
    current(selector, { subject, matchers = '', offset = '' }) {
      const last = `last_over_time(${selector}[${window}]${offsetText(offset)})`;
      const seen = `max by (${subject.labels.join(', ')}) (${pushedAt(select(subject.anchor, matchers), offset)})`;
      const cycle = `min by (cluster) (${pushedAt(select(subject.cycle, clusterOf(matchers)), offset)})`;
      const fresh = `(${seen} >= on (cluster) group_left () ${cycle})`;
      return `(${last} and on (${subject.labels.join(', ')}) ${fresh})`;
    },
    // A window of one step holds each push exactly once, so that nothing lingers.
    overTime: perStep,
    grownOverTime: perStep,
    grown: (selector) => `last_over_time(${selector}[${window}])`,
  };
}

function perStep(selector: string): string {
  return `last_over_time(${selector}[$__interval])`;
}

function withOffset(selector: string, offset = ''): string {
  return `${selector}${offsetText(offset)}`;
}

function offsetText(offset: string): string {
  return offset === '' ? '' : ` offset ${offset}`;
}

function clusterOf(matchers: Matchers): Matchers {
  return matchers
    .split(',')
    .filter((matcher) => matcher.startsWith('cluster'))
    .join(',');
}
