import { describe, expect, it } from 'vitest';

import { describesRemoteCodeExecution } from './remote-code-execution.ts';

describe('describesRemoteCodeExecution', () => {
  it.each([
    'RCE',
    'rce',
    'Rce in the parser',
    'leads to RCE',
    'leads to RCE.',
    'possible pre-auth/RCE, see the advisory',
    'denial of service (rce is not excluded)',
    'first line\nRCE\nlast line',
    'un-RCE-able',
  ])('finds the acronym as a word: %o', (description) => {
    expect(describesRemoteCodeExecution(description)).toBe(true);
  });

  it.each([
    'remote code execution',
    'remote command execution',
    'arbitrary code',
    'code execution',
    'code injection',
    'command injection',
    'inject arbitrary commands',
  ])('finds the phrase %o in any case, within other words', (phrase) => {
    expect(describesRemoteCodeExecution(phrase)).toBe(true);
    expect(describesRemoteCodeExecution(phrase.toUpperCase())).toBe(true);
    expect(describesRemoteCodeExecution(`An attacker, by ${phrase}s, may do harm.`)).toBe(true);
  });

  it.each([
    '',
    'the source of the resource',
    'brute force, or to enforce and reinforce',
    'commerce and divorce',
    'RCEs were not seen',
    'force_rce_flag',
    'remote  code  execution',
    'execution of code from remote',
    'command line injection',
  ])('finds nothing in %o', (description) => {
    expect(describesRemoteCodeExecution(description)).toBe(false);
  });
});
