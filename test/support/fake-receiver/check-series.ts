import {
  type DecodedLabel,
  type DecodedRequest,
  type DecodedSample,
  type DecodedSeries,
  STALE_BITS,
  toNumber,
} from './decoded.ts';

const legacyNames = { label: /^[a-zA-Z_][a-zA-Z0-9_]*$/, metric: /^[a-zA-Z_:][a-zA-Z0-9_:]*$/ };
const anyNames = { label: /^\P{Surrogate}+$/u, metric: /^\P{Surrogate}+$/u };
const NORMAL_NAN_BITS = 0x7ff8_0000_0000_0001n;

/** Millisecond timestamps from 2001 to 2286 have 13 digits. */
const MILLISECONDS = /^\d{13}$/;

/**
 * Problems of a series that violate the specification, or that strict receivers reject. 2.0 allows names of any
 * text, 1.0 only some ASCII characters.
 */
export function* checkSeries(
  series: DecodedSeries,
  protocol: DecodedRequest['protocol'],
): Generator<string> {
  for (const problem of checkLabels(series, protocol === '1.0' ? legacyNames : anyNames))
    yield `${describe(series)}: ${problem}`;
  for (const problem of checkSamples(series)) yield `${describe(series)}: ${problem}`;
}

/** Formats the name and labels as in a query. */
export function describe({ labels }: DecodedSeries): string {
  return `{${labels.map(({ name, value }) => `${name}=${JSON.stringify(value)}`).join(',')}}`;
}

function* checkLabels({ labels }: DecodedSeries, legal: typeof anyNames): Generator<string> {
  for (const label of labels) yield* checkLabel(label, legal.label);

  const names = labels.map(({ name }) => name);
  if (new Set(names).size < names.length) yield 'a label occurs twice';
  if (!isSorted(names)) yield 'labels are not sorted';

  const metricName = labels.find(({ name }) => name === '__name__')?.value ?? '';
  if (!legal.metric.test(metricName)) yield `illegal metric name ${JSON.stringify(metricName)}`;
}

function* checkLabel({ name, value }: DecodedLabel, legal: RegExp): Generator<string> {
  if (!legal.test(name)) yield `illegal label name ${JSON.stringify(name)}`;
  if (name.startsWith('__') && name !== '__name__') yield `reserved label name ${name}`;
  if (value === '') yield `empty value of ${name}`;
}

/** Compares by UTF-8 bytes. */
function isSorted(names: readonly string[]): boolean {
  const encoded = names.map((name) => Buffer.from(name));
  return encoded.every((name, i) => i === 0 || Buffer.compare(encoded[i - 1] ?? name, name) <= 0);
}

function* checkSamples({ samples }: DecodedSeries): Generator<string> {
  if (samples.length === 0) yield 'the series has no sample';
  for (const sample of samples) {
    if (!MILLISECONDS.test(String(sample.timestampMs))) yield 'timestamp is not in milliseconds';
    if (isOddNan(sample)) yield `NaN with the bits ${sample.bits.toString(16)}`;
  }
}

/** Whether a NaN is neither the stale marker nor the one that Prometheus itself writes. */
function isOddNan({ bits }: DecodedSample): boolean {
  return Number.isNaN(toNumber(bits)) && bits !== STALE_BITS && bits !== NORMAL_NAN_BITS;
}
