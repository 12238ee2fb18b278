import { describe, expect, it } from 'vitest';

import { CustomMetric } from './custom-metric.ts';

const least = { name: 'team_findings', help: 'Findings.', labels: ['cluster'] };

describe('CustomMetric', () => {
  it('counts all findings by default', () => {
    expect(CustomMetric.parse(least)).toEqual({ ...least, where: {}, value: 'count' });
  });

  it('reads conditions on findings and containers', () => {
    const where = {
      severity: ['Critical', 'High'],
      fixable: true,
      rce: false,
      namespace: { not: 'kube-system' },
      image: { matches: 'team-.*' },
    };

    expect(CustomMetric.parse({ ...least, where, value: 'max_cvss' })).toEqual({
      ...least,
      where: {
        severity: { in: ['Critical', 'High'] },
        fixable: true,
        rce: false,
        namespace: { not: ['kube-system'] },
        image: { matches: 'team-.*' },
      },
      value: 'max_cvss',
    });
  });

  it.each`
    what                         | change
    ${'a name that is none'}     | ${{ name: '1st' }}
    ${'a name with a dash'}      | ${{ name: 'team-findings' }}
    ${'an empty name'}           | ${{ name: '' }}
    ${'no help'}                 | ${{ help: '' }}
    ${'a help that is too long'} | ${{ help: 'x'.repeat(1001) }}
    ${'no labels'}               | ${{ labels: [] }}
    ${'another value'}           | ${{ value: 'sum' }}
    ${'an unknown condition'}    | ${{ where: { epss: 1 } }}
    ${'fixable as text'}         | ${{ where: { fixable: 'yes' } }}
    ${'an unknown key'}          | ${{ type: 'gauge' }}
  `('rejects $what', ({ change }: { change: object }) => {
    expect(CustomMetric.safeParse({ ...least, ...change }).success).toBe(false);
  });
});

describe('P7: metrics that a Pushgateway creates itself', () => {
  it.each(['push_time_seconds', 'push_failure_time_seconds'])(
    'cannot use the Pushgateway name %s',
    (name) => {
      const { error } = CustomMetric.safeParse({ ...least, name });

      expect(error?.issues.map(({ message }) => message)).toEqual([
        'must not be a name that the Pushgateway uses for its own metrics',
      ]);
    },
  );

  it('can use similar names', () => {
    expect(CustomMetric.safeParse({ ...least, name: 'my_push_time_seconds' }).success).toBe(true);
  });
});
