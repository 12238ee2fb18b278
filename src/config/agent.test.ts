import { describe, expect, it } from 'vitest';

import { Agent } from './agent.ts';

describe('the agent block', () => {
  it('has defaults that can be used', () => {
    expect(Agent.parse({})).toMatchObject({
      schedule: '*/30 * * * *',
      timezone: 'UTC',
      resend_interval: 60_000,
      max_result_age: 172_800_000,
      shutdown_timeout: 20_000,
      stale_on_shutdown: false,
    });
  });

  it.each`
    block                                   | message
    ${{ schedule: '* * * *' }}              | ${'must be a cron expression of five fields'}
    ${{ schedule: '* * * * * *' }}          | ${'must be a cron expression of five fields'}
    ${{ timezone: 'Mars/Phobos' }}          | ${'must be an IANA time zone'}
    ${{ resend_interval: '4s' }}            | ${'at least 5s'}
    ${{ resend_interval: '4m31s' }}         | ${'at most 4m30s'}
    ${{ max_resend_samples_per_second: 0 }} | ${'>=1'}
    ${{ shutdown_timeout: '0s' }}           | ${'longer than 0'}
    ${{ cron: '* * * * *' }}                | ${'Unrecognized key'}
  `('rejects $block', ({ block, message }: { block: unknown; message: string }) => {
    expect(Agent.safeParse(block).error?.message).toContain(message);
  });

  it.each([
    { schedule: '@hourly' },
    { schedule: ' 0  8-18 * * 1-5 ' },
    { timezone: 'Europe/Berlin' },
    { resend_interval: '4m30s' },
    { resend_interval: '10m', allow_slow_resend: true },
    { change_quiet: '0s', jitter: '0s' },
  ])('accepts %o', (block) => {
    expect(Agent.safeParse(block).success).toBe(true);
  });
});
