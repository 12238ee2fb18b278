import { describe, expect, it } from 'vitest';

import { spellWorkloadKind } from './workload-kind.ts';

const kinds = [
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Job',
  'Node',
  'Pod',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
];

describe('spellWorkloadKind', () => {
  it.each(kinds)('spells %s as the Kubernetes API does, whatever its case', (kind) => {
    expect(spellWorkloadKind(kind.toLowerCase())).toBe(kind);
    expect(spellWorkloadKind(kind.toUpperCase())).toBe(kind);
    expect(spellWorkloadKind(kind)).toBe(kind);
  });

  it.each(['Rollout', 'rollout', 'deployments', 'constructor', ''])('keeps %o as it is', (kind) => {
    expect(spellWorkloadKind(kind)).toBe(kind);
  });
});
