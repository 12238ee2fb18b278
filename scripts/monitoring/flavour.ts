import { containerLabels, resourceLabels } from '../../src/metrics/label-catalogue.ts';
import { type Matchers, select } from './selector.ts';

/**
 * The kind of object that a series describes. A deleted object is recognised by its anchor series:
 * every existing object has one in each push, whatever its findings.
 */
export interface Subject {
  readonly labels: readonly string[];
  /** Metric with one series per object in each push. */
  readonly anchor: string;
  /** Metric with one series per cluster in each push that could read this kind of result. */
  readonly cycle: string;
}

export const containers: Subject = {
  labels: containerLabels,
  anchor: 'total_image_vulnerabilities',
  cycle: 'scanned_containers',
};

/** Scan states of containers. Containers without a result have no findings, so the state is the anchor. */
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
  /** Matchers for the anchor: the same as the selector's, or fewer. */
  readonly matchers?: Matchers;
  /** PromQL duration, such as `1d`. @default now */
  readonly offset?: string;
}

/** How to query values that are resent every minute (agent) or sent once per run (CronJob). */
export interface Flavour {
  readonly id: 'agent' | 'cronjob';
  readonly title: string;
  /** The last value of a series that is part of every push. */
  readonly latest: (selector: string, offset?: string) => string;
  /** The last values of per-object series, without deleted objects. */
  readonly current: (selector: string, options: CurrentOptions) => string;
  /** The value at each step of a graph. */
  readonly overTime: (selector: string) => string;
  /** Recent growth of a counter. An agent's counters keep growing; those of a CronJob restart with each run. */
  readonly grown: (selector: string) => string;
  /** Growth of a counter at each step of a graph. */
  readonly grownOverTime: (selector: string) => string;
}

/** The agent resends its values every minute, so plain queries work just as they do for scraped metrics. */
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
 * Step of the subquery. It must be shorter than Prometheus' lookback of five minutes, or samples are
 * missed. Changes show up at most this much later.
 */
const STEP = '4m';

/**
 * A CronJob sends each value once and then nothing until its next run.
 *
 * @param window Twice the CronJob's interval, so that a single failed run leaves no gap.
 */
export function cronjobFlavour(window: string): Flavour {
  /** Time of the last push of a series. `last_over_time` only returns the value. */
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
    // With a window of one step each push appears exactly once, and deleted objects disappear.
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
