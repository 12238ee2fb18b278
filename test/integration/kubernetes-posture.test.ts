import { beforeEach, describe, expect, it } from 'vitest';

import type { StorageObject } from '../support/fake-storage/stored-object.ts';
import type { AgentRun } from '../support/kubernetes/agent-run.ts';
import { DETAILS, POSTURES, useLab } from '../support/kubernetes/lab.ts';
import { valueOf, valuesBy } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const options = { kinds: [POSTURES, DETAILS], cluster: 'c', needsClusterName: false } as const;

const CONTROL = 'C-0016';

describe('a control that the storage keeps as failed although its newest rules passed', () => {
  const objects = [summary('api', 'failed'), detail('api', { stored: 'failed', rule: 'passed' })];
  beforeEach(async () => lab.serve(objects));

  it('counts as passed and as sticky', async () => {
    const run = await lab.read(options);

    expect(run).toMatchObject({ exitCode: 0, up: { [POSTURES]: 1 } });
    expect(postureOf(run)).toEqual({ failed: 0, sticky: 1, results: { ...none, passed: 1 } });
    expect(run.text).toContain(`control_id="${CONTROL}",severity="Medium"} 0\n`);
  });

  it.each([
    ['forbidden', { forbid: (_verb: string, kind: string) => kind === DETAILS }],
    ['absent', { objects: [summary('api', 'failed')] }],
  ])('counts as failed while details are %s', async (_what, served) => {
    await lab.serve(objects, served);
    const run = await lab.read(options);

    expect(run.exitCode).toBe(0);
    expect(postureOf(run)).toEqual({
      failed: 1,
      sticky: undefined,
      results: { ...none, failed: 1 },
    });
  });

  it('leaves posture metrics out of a run whose details fail, and ends none of them', async () => {
    lab.failFromNowOn({ verb: 'list', resource: DETAILS }, 'unavailable');
    const run = await lab.read({ ...options, retryBudgetMs: 1000 });

    expect(run).toMatchObject({ exitCode: 5, isComplete: false, up: { [POSTURES]: 1 } });
    expect(postureOf(run).failed).toBeUndefined();
    expect(run.messages).toContain('posture metrics are left out of this run');
  });

  it('tells a list of details that is suddenly empty from details that are switched off', async () => {
    await lab.readWithState(options);
    lab.emptyLists(DETAILS);
    const run = await lab.readWithState(options);

    expect(run).toMatchObject({ exitCode: 5, isComplete: false, up: { [POSTURES]: 1 } });
    expect(postureOf(run).failed).toBeUndefined();
    expect(postureOf(await lab.readWithState(options))).toMatchObject({ failed: 0, sticky: 1 });
  });
});

it('counts a control once that fails now, whatever the storage keeps', async () => {
  await lab.serve([summary('api', 'failed'), detail('api', { stored: 'failed', rule: 'failed' })]);
  const run = await lab.read(options);

  expect(postureOf(run)).toEqual({ failed: 1, sticky: 0, results: { ...none, failed: 1 } });
});

it('ignores details that are older than their summary, and counts them', async () => {
  await lab.serve([summary('api', 'failed'), detail('api', { stored: 'passed', rule: 'passed' })]);
  const run = await lab.read(options);

  expect(run.exitCode).toBe(0);
  expect(postureOf(run)).toEqual({ failed: 1, sticky: undefined, results: { ...none, failed: 1 } });
  expect(run.skipped).toMatchObject({ stale_details: 1 });
  expect(run.messages).toContain(`${DETAILS} shop/deployment-api: `);
});

it('ignores details without a summary, because their resource is gone', async () => {
  await lab.serve([summary('api', 'failed'), detail('old', { stored: 'failed', rule: 'failed' })]);

  expect(postureOf(await lab.read(options))).toMatchObject({ failed: 1, sticky: undefined });
});

it('counts summaries without controls as skipped, not as resources without failures', async () => {
  const empty = { ...summary('empty', 'passed'), spec: { severities, controls: {} } };
  await lab.serve([summary('api', 'failed'), empty]);
  const run = await lab.read(options);

  expect(postureOf(run).failed).toBe(1);
  expect(run.skipped).toMatchObject({ no_controls: 1 });
  expect(run.text).not.toContain('workload="empty"');
});

it('reads details in small pages and only after the summaries', async () => {
  const names = Array.from({ length: 120 }, (_, index) => `w-${index}`);
  const objects = names.flatMap((name) => [
    summary(name, 'failed'),
    detail(name, { stored: 'failed', rule: 'passed' }),
  ]);
  await lab.serve(objects);

  expect(postureOf(await lab.read(options))).toMatchObject({ failed: 0, sticky: 120 });
  expect(lab.lists(DETAILS)).toHaveLength(3);
  const kinds = lab.storage.requests.map(({ resource }) => resource);
  expect(kinds.lastIndexOf(POSTURES)).toBeLessThan(kinds.indexOf(DETAILS));
});

const none = { failed: 0, skipped: 0, excepted: 0, passed: 0 };
const severities = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };

function postureOf({ text }: AgentRun) {
  const ofSeverity = valuesBy(text, 'kubescape_total_failed_controls', 'severity');
  return {
    failed: ofSeverity['Medium'],
    sticky: valueOf(text, 'kubescape_posture_sticky_controls'),
    results: valuesBy(text, 'kubescape_total_control_results', 'status'),
  };
}

function summary(name: string, status: string): StorageObject {
  const medium = status === 'failed' ? 1 : 0;
  const controls = { [CONTROL]: control(status) };
  return {
    kind: 'WorkloadConfigurationScanSummary',
    metadata: metadataOf(name),
    spec: { severities: { ...severities, medium }, controls },
  };
}

interface Statuses {
  readonly stored: string;
  readonly rule: string;
}

function detail(name: string, { stored, rule }: Statuses): StorageObject {
  const rules = [{ name: 'rule', status: { status: rule, subStatus: '' }, paths: null }];
  return {
    kind: 'WorkloadConfigurationScan',
    metadata: metadataOf(name),
    spec: { controls: { [CONTROL]: { ...control(stored), rules } }, relatedObjects: null },
  };
}

function control(status: string): object {
  return {
    controlID: CONTROL,
    severity: { severity: 'Medium', scoreFactor: 6 },
    status: { status, subStatus: '', info: '' },
  };
}

function metadataOf(name: string): StorageObject['metadata'] {
  return {
    name: `deployment-${name}`,
    namespace: 'shop',
    labels: {
      'kubescape.io/workload-kind': 'Deployment',
      'kubescape.io/workload-name': name,
      'kubescape.io/workload-namespace': 'shop',
    },
  };
}
