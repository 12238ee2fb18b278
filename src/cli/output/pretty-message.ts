/** Counts of samples, as `summarizeDelivery` writes them. */
interface SinkSummary {
  readonly sink: string;
  readonly sent: number;
  readonly rejected?: number;
  readonly pending?: number;
  readonly persisted?: number;
}

/** Formats a log entry for people. For a cycle, it lists the sinks and the number of samples sent to each. */
export function prettyMessage({ msg, sinks, seconds }: Readonly<Record<string, unknown>>): string {
  const message = typeof msg === 'string' ? msg : '';
  const summaries = Array.isArray(sinks) ? sinks.filter(isSummary) : [];
  if (summaries.length === 0) return message;
  const start = message === 'pushed' ? message : `${message}:`;
  return `${start} ${summaries.map(describeSink).join(', ')} in ${Number(seconds).toFixed(1)}s`;
}

function isSummary(value: unknown): value is SinkSummary {
  return typeof value === 'object' && value !== null && 'sink' in value && 'sent' in value;
}

/** Pending samples that are not persisted are lost: the process does not send them again. */
function describeSink(summary: SinkSummary): string {
  const { sink, sent, rejected = 0, pending = 0, persisted = 0 } = summary;
  const amount = `${sent} samples to "${sink}"`;
  const problems = Object.entries({ rejected, persisted, 'not accepted': pending - persisted })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
  return problems.length === 0 ? amount : `${amount} (${problems.join(', ')})`;
}
