export interface Promises {
  readonly title: string;
  /** Keyed by ID. Test titles begin with the IDs of the promises that they prove. */
  readonly promises: Readonly<Record<string, string>>;
}

export const deliveryPromises: readonly Promises[] = [
  {
    title: 'Encoding',
    promises: {
      E1: 'Request bodies are the published protobuf messages of 1.0 and 2.0.',
      E2: 'Bodies are compressed with snappy in block format, never framed.',
      E3: 'Labels are sorted by the bytes of their names.',
      E4: 'No label appears twice, and no label has an empty name or value.',
      E5: 'Names are valid: any text in 2.0, escaped in 1.0. Reserved labels are dropped, unless configured.',
      E6: 'Label values are valid UTF-8 and are truncated at the limit.',
      E7: 'A series has at most the configured number of labels.',
      E8: 'A push contains each series once.',
      E9: 'All samples of a request have the same timestamp, in milliseconds. Retries keep it.',
      E10: 'Values arrive with exactly the same bits. The stale marker is exact, and only ends series.',
      E11: 'Every 2.0 request has its own symbol table.',
      E12: 'Type, help and the start of counters accompany each series in 2.0. 1.0 gets type and help once per push.',
      E13: 'A request is closed at its maximum number of samples or bytes.',
      E14: 'No request is empty.',
    },
  },
  {
    title: 'HTTP',
    promises: {
      H1: 'A request is a POST with the four headers of the protocol, byte for byte.',
      H2: 'The configuration cannot override headers of the protocol.',
      H3: 'Redirects are not followed.',
      H4: 'Requests time out. Responses are read to the end, but only 1 KiB is kept.',
      H5: 'A broken connection loses no samples.',
      H6: '2xx is a success. With 2.0, the receiver must also report what it wrote.',
      H7: '5xx, 408, 429 and missing responses are retried. Nothing else is.',
      H8: 'A retry sends the same bytes, and its number in a header.',
      H9: 'Pauses between retries double up to a maximum, with jitter.',
      H10: 'Retry-After is obeyed, as seconds or as a date, up to a maximum.',
      H11: 'The retry budget limits how long a receiver may fail.',
      H12: 'A receiver without 2.0 gets the same samples as 1.0 immediately, and 2.0 again later.',
      H13: 'Authentication, TLS and proxies work.',
      H14: 'Secrets are never shown.',
      H15: 'The program never listens on a socket.',
    },
  },
  {
    title: 'Order',
    promises: {
      O1: 'Requests of one push run in parallel. Pushes to one receiver do not.',
      O2: 'No sample is sent after a newer sample of its series, or after it was dropped.',
      O3: 'The agent resends the last values until they are too old.',
      O4: 'A series that disappeared is ended once. No other series is ended.',
      O5: 'A graceful stop ends no series, unless configured.',
      O6: 'A push with a state folder ends the series that disappeared since the last push.',
      O7: 'Self-metrics are sent even when results are missing or too old.',
      O8: 'Signals stop the agent in an orderly way.',
      O9: 'A series has only one writer.',
      O10: 'A wrong clock is detected.',
    },
  },
  {
    title: 'Pushgateway',
    promises: {
      P1: 'The body is Prometheus text without timestamps.',
      P2: 'The grouping key is in the path.',
      P3: 'Labels of the grouping key are not in the body.',
      P4: 'PUT replaces the group, POST only metrics with the same names.',
      P5: 'The body can be compressed.',
      P6: '200 and 202 are successes. 400 is final.',
      P7: 'Metrics that a Pushgateway creates itself are not pushed.',
      P8: 'The number of series is limited.',
    },
  },
  {
    title: 'Sending',
    promises: {
      S1: 'After a partial rejection, exactly the samples that were not written count as failed.',
      S2: 'Requests that are too large, or exceed the burst of a rate limit, are split and stay small.',
      S3: 'A rejected 1.0 request is not split up.',
      S4: 'Limits on samples and bytes per second are respected.',
      S5: 'Undelivered samples are persisted, within their limits.',
      S6: 'Requests use HTTP/1.1 and reuse connections.',
      S7: 'No receiver delays another one.',
      S8: 'Relabeling runs before encoding.',
      S9: 'Labels contain no UIDs, CVEs or descriptions. Only one metric contains digests.',
      S10: 'Tenants are plain headers.',
      S11: 'Each new connection resolves the host name again.',
      S12: 'Self-metrics are sent after all results.',
    },
  },
];
