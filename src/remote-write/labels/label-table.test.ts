import { describe, expect, it } from 'vitest';

import type { Label } from '../time-series.ts';
import { LabelTable } from './label-table.ts';

const label: Label = { name: 'a', value: '1' };

describe('LabelTable', () => {
  it('makes equal labels the same object, and checks each one once', () => {
    const checked: Label[] = [];
    const table = new LabelTable((one) => checked.push(one) > 0);

    const first = table.intern(label);

    expect(table.intern({ ...label })).toBe(first);
    expect(table.intern({ ...label }, table.intern({ name: 'b', value: '1' }))).toBe(first);
    expect(first).toMatchObject({ ...label, isNormal: true });
    expect(checked).toHaveLength(2);
  });

  it('distinguishes names and values that look alike when joined', () => {
    const table = new LabelTable(() => true);
    const labels = [
      { name: 'ab', value: 'c' },
      { name: 'a', value: 'bc' },
      { name: '__proto__', value: 'x' },
      { name: 'a', value: '__proto__' },
    ];

    const interned = labels.map((one) => table.intern(one));

    expect(new Set(interned).size).toBe(labels.length);
    expect(interned.map(({ name, value }) => ({ name, value }))).toEqual(labels);
  });

  it('forgets its labels, and accepts those in use as neighbors', () => {
    const table = new LabelTable(() => true);
    const first = table.intern(label);
    table.clear();

    expect(first.siblings.size).toBe(0);
    expect(table.intern(label, first)).not.toBe(first);
    expect(table.intern(label)).toMatchObject(label);
  });

  it('stays within its limit, and still accepts neighbors from before', () => {
    const table = new LabelTable(() => true, 2);
    const first = table.intern(label);
    for (let index = 0; index < 9; index++) table.intern({ name: 'a', value: `${index}0` }, first);

    const again = table.intern(label, first);

    expect(again).toMatchObject(label);
    expect(again).not.toBe(first);
    expect(again.siblings.size).toBeLessThanOrEqual(2);
  });
});
