import { containerLabels, resourceLabels } from '../../src/metrics/label-catalogue.ts';
import { type Matchers, select } from './selector.ts';

/**
 * An object that series describe. Whether it still exists is visible in when its anchor was last
 * pushed, because every object has an anchor whatever its findings.
 */
export interface Subject {
  readonly labels: readonly string[];
  /** A metric family with one series per subject in every cycle. */
  readonly anchor: string;
  /** A metric family with one series in every cycle that read the results. */
  readonly cycle: string;
}

export const containers: Subject = {
  labels: containerLabels,
  anchor: 'total_image_vulnerabilities',
  cycle: 'scanned_containers',
};

/** Scan states are their own anchor, because containers without a result have no number of findings. */
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
  /** Matchers of the anchors: those of the selector, or fewer. */
  readonly matchers?: Matchers;
  /** How long ago, as PromQL writes it; empty for now. */
  readonly offset?: string;
}

/** PromQL for values that the agent resends every minute, or that a CronJob sends once. */
export interface Flavour {
  readonly id: 'agent' | 'cronjob';
  readonly title: string;
  /** The last value of a series that a cluster has in every cycle. */
  readonly latest: (selector: string, offset?: string) => string;
  /** The last values of series that come and go with their subject; deleted subjects are left out. */
  readonly current: (selector: string, options: CurrentOptions) => string;
  /** The values of each step of a graph. */
  readonly overTime: (selector: string) => string;
  /** The recent growth of a counter: the agent counts on, while each job of a CronJob starts at 0. */
  readonly grown: (selector: string) => string;
  /** The same for each step of a graph. */
  readonly grownOverTime: (selector: string) => string;
}

/** The agent resends its values every minute, so plain queries work as for scraped series. */
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
 * Shorter than the lookback of five minutes, so no sample is missed. A change is visible after at
 * most this time.
 */
const STEP = '4m';

/**
 * A CronJob sends each value once, and nothing until its next run.
 *
 * @param window Twice the interval of the CronJob, so one failed run leaves no gap.
 */
export function cronjobFlavour(window: string): Flavour {
  /** When the series was last pushed; `last_over_time` loses that. */
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
    // A window of one step contains each push exactly once.
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
