import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { createSender, gauge, send, settings } from './sender.ts';

const startReceiver = useReceivers();

describe.each(settings)('labels of a sender with protocol %s', (protocol) => {
  it('E3: are sorted by the bytes of their names, including __name__', async () => {
    const labels = await labelsOf({ zone: 'z', Zone: 'Z', app: 'a', _x: 'x' });

    expect(labels.map(([name]) => name)).toEqual([
      ...['Zone', '__name__', '_x', 'app', 'cluster', 'zone'],
    ]);
  });

  it('E4: are complete, unique and never empty', async () => {
    const labels = await labelsOf({ a: '1', empty: '', b: '2' });

    expect(labels).toEqual([
      ['__name__', 'ks_score'],
      ['a', '1'],
      ['b', '2'],
      ['cluster', 'c1'],
    ]);
  });

  it.each([
    'ü€𝄞 日本語',
    'tab\tnewline\nreturn\r',
    'quote" backslash\\ brace}',
    '\u0000\u0001',
    ' ',
    'a:b/c?d=e&f%20g',
  ])('E6: keep the value %j', async (value) => {
    expect(await labelsOf({ value })).toContainEqual(['value', value]);
  });

  it('E6: have values that are valid UTF-8, truncated at the limit of receivers', async () => {
    expect(await labelsOf({ value: 'a\ud800b' })).toContainEqual(['value', 'a\ufffdb']);
    const [, cut = ''] =
      (await labelsOf({ value: `${'x'.repeat(1023)}ü` })).find(([name]) => name === 'value') ?? [];
    expect(cut).toBe('x'.repeat(1023));
  });

  it('E5: have names as they are in 2.0 and escaped in 1.0, and no reserved names', async () => {
    const labels = await labelsOf({ 'app.kubernetes.io/name': 'a', '9to5': 'b', __meta: 'c' });

    const names = labels.map(([name]) => name);
    expect(names).not.toContain('__meta');
    const isEscaped = protocol === '1.0';
    expect(names).toContain(isEscaped ? 'app_kubernetes_io_name' : 'app.kubernetes.io/name');
    expect(names).toContain(isEscaped ? '_9to5' : '9to5');
  });

  it('E7: number at most thirty', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`label${i}`, 'x']));

    expect(await labelsOf(many)).toHaveLength(30);
  });

  it('E3, E4, E5: are valid, whatever the input', async () => {
    const receiver = await startReceiver();
    const sink = createSender(receiver, { protocol });
    const anyLabels = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
    let timestampMs = 1_700_000_000_000;

    await fc.assert(
      fc.asyncProperty(fc.array(anyLabels, { minLength: 1, maxLength: 20 }), async (sets) => {
        const series = sets.map((labels, index) => gauge({ ...labels, index: String(index) }));
        await send(sink, series, { timestampMs: timestampMs++ });
        expect(receiver.violations).toEqual([]);
      }),
      { numRuns: 40 },
    );
    expect(receiver.samples.length).toBeGreaterThan(40);
  });

  it('E8: identify series: only one of two equal series is sent', async () => {
    const receiver = await startReceiver();
    const sink = createSender(receiver, { protocol, resends: true });

    const series = [gauge({ a: '1' }, 1), gauge({ a: '2' }, 2), gauge({ a: '1' }, 3)];
    const delivery = await send(sink, series);

    expect(receiver.violations).toEqual([]);
    expect(receiver.samples.map(({ value }) => value)).toEqual([1, 2]);
    expect(sink.counters.samplesDropped.get('duplicate')).toBe(1);
    expect(delivery).toMatchObject({ status: 'partial', rejected: 1 });
    expect(delivery.errors).toEqual([
      expect.stringContaining('another series has the same labels'),
    ]);
  });

  async function labelsOf(
    labels: Readonly<Record<string, string>>,
  ): Promise<readonly (readonly [string, string])[]> {
    const receiver = await startReceiver();
    await send(createSender(receiver, { protocol }), [gauge(labels)]);
    expect(receiver.violations).toEqual([]);
    const [series] = receiver.requests[0]?.series ?? [];
    return (series?.labels ?? []).map(({ name, value }) => [name, value]);
  }
});
