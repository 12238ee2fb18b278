import { describe, expect, it } from 'vitest';

import { SecretMemory } from './secret-memory.ts';

describe('SecretMemory', () => {
  it('H14: redacts fixed, kept and remembered secrets, even if URL-encoded', () => {
    const memory = new SecretMemory(['fixed/1']);
    memory.keep('kept+2');
    memory.remember('remembered 3');

    expect(memory.redact('fixed/1 fixed%2F1 kept+2 kept%2B2 remembered 3 remembered%203 ok')).toBe(
      `${'[redacted] '.repeat(6)}ok`,
    );
  });

  it('H14: redacts form-encoded secrets', () => {
    const memory = new SecretMemory(["it's (a) secret!~*"]);

    expect(memory.redact('s=it%27s+%28a%29+secret%21%7E*&t=1')).toBe('s=[redacted]&t=1');
  });

  it('H14: redacts the parts of an Authorization header', () => {
    const memory = new SecretMemory([]);
    memory.rememberHeader(`Basic ${btoa('id:p%40ss')}`);
    memory.rememberHeader('Bearer t0ken');

    expect(memory.redact(`${btoa('id:p%40ss')} id:p%40ss p%40ss t0ken`)).toBe(
      '[redacted] [redacted] [redacted] [redacted]',
    );
  });

  it('H14: redacts all of a secret that starts with another one', () => {
    const memory = new SecretMemory(['token', 'token-and-more']);

    expect(memory.redact('it is token-and-more')).toBe('it is [redacted]');
  });

  it('forgets old tokens, but not configured secrets or tokens in use', () => {
    const memory = new SecretMemory(['fixed-one']);
    memory.keep('kept-one');
    memory.remember('token-old', 'token-used');
    for (let number = 100; number < 250; number++) memory.remember(`next-${number}`, 'token-used');

    expect(memory.redact('fixed-one kept-one token-used next-249 token-old')).toBe(
      '[redacted] [redacted] [redacted] [redacted] token-old',
    );
  });
});
