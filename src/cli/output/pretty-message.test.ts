import { describe, expect, it } from 'vitest';

import { prettyMessage } from './pretty-message.ts';

describe('prettyMessage', () => {
  it('is the message of an entry without sinks', () => {
    expect(prettyMessage({ msg: 'agent started', schedule: '@hourly' })).toBe('agent started');
  });

  it('is a sentence for a complete push', () => {
    const sinks = [{ sink: 'mimir', sent: 386, rejected: 0 }];

    expect(prettyMessage({ msg: 'pushed', sinks, seconds: 0.912 })).toBe(
      'pushed 386 samples to "mimir" in 0.9s',
    );
  });

  it('names each sink, the samples sent and the problems', () => {
    const sinks = [
      { sink: 'mimir', sent: 386, rejected: 0 },
      { sink: 'thanos', sent: 300, rejected: 6, pending: 80, persisted: 50 },
    ];

    expect(prettyMessage({ msg: 'push incomplete', sinks, seconds: 0.912 })).toBe(
      'push incomplete: 386 samples to "mimir", 300 samples to "thanos" (6 rejected, 50 persisted, 30 not accepted) in 0.9s',
    );
  });
});
