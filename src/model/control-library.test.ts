import { describe, expect, it } from 'vitest';

import library from './control-library.json' with { type: 'json' };
import {
  controlsOfFramework,
  frameworkNames,
  libraryNameOf,
  libraryScoreOf,
} from './control-library.ts';

describe('the library of controls', () => {
  it('names its source, version and license', () => {
    expect(library).toMatchObject({
      source: 'https://github.com/kubescape/regolibrary',
      license: 'Apache-2.0',
    });
    expect(library.version).not.toBe('');
  });

  it('has plausible IDs, names and scores', () => {
    for (const [id, control] of Object.entries(library.controls)) {
      expect(id).toMatch(/^C-\d{4}$/);
      expect(control.name).toMatch(/^\S.*\S$/);
      const score = 'score' in control ? control.score : 1;
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThanOrEqual(10);
    }
  });

  it('returns names, scores and frameworks', () => {
    expect(libraryNameOf('C-0016')).toBe('Allow privilege escalation');
    expect(libraryScoreOf('C-0057')).toBe(8);
    expect(controlsOfFramework('nsa')?.has('C-0016')).toBe(true);
    expect(frameworkNames).toContain('MITRE');
  });

  it('returns nothing for controls and frameworks of users', () => {
    expect([libraryNameOf('C-9999'), libraryScoreOf('C-9999')]).toEqual(['', 0]);
    expect(controlsOfFramework('ours')).toBeUndefined();
  });
});
