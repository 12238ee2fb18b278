export interface Requirement {
  readonly level: 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT';
  readonly text: string;
  /** IDs of the delivery promises that cover the requirement, or the reason why it does not apply. */
  readonly covered: readonly string[] | string;
}

export interface Requirements {
  readonly title: string;
  readonly requirements: readonly Requirement[];
}

function must(text: string, covered: Requirement['covered']): Requirement {
  return { level: 'MUST', text, covered };
}

function mustNot(text: string, covered: Requirement['covered']): Requirement {
  return { level: 'MUST NOT', text, covered };
}

function should(text: string, covered: Requirement['covered']): Requirement {
  return { level: 'SHOULD', text, covered };
}

function shouldNot(text: string, covered: Requirement['covered']): Requirement {
  return { level: 'SHOULD NOT', text, covered };
}

const interpreted =
  'Deviates: the text decides whether smaller requests may help (S2), whether persisted samples count as too old, and what is reported as possibly stored (S1). It never makes a success of an error.';
const readSuccess =
  'Deviates: an HTML page is not a response of a receiver, so it counts as a rejection (H6). Anything else is ignored (H4).';
const retried =
  'Deviates: 408 is retried like a timeout (H7), and a receiver that never stored 2.0 gets samples once as 1.0 after 400 or 406 (H12). Otherwise H6, H7.';
const noHistograms = 'Scan results contain no histograms.';
const noExemplars = 'Scan results contain no exemplars.';

/** What both versions of the specification require of senders, in the order of the documents. */
export const senderRequirements: readonly Requirements[] = [
  {
    title: 'Remote write 1.0',
    requirements: [
      must('Encode the request with protobuf by the published schema.', ['E1']),
      must('Send the request as the body of an HTTP POST to the configured URL.', ['H1']),
      must('Give timestamps in integer milliseconds and values as 64-bit floats.', ['E9', 'E10']),
      must('Send the four headers of the protocol.', ['H1']),
      mustNot('Let users override reserved headers.', ['H2']),
      must('Compress with snappy in block format.', ['E2']),
      mustNot('Use the framed format of snappy.', ['E2']),
      must('Ignore the body of a successful response.', readSuccess),
      must('Send the version number in a header.', ['H1']),
      must(
        'Begin with an empty 1.x request before sending another format.',
        'Superseded: 2.0 negotiates by the status 415 instead (H12).',
      ),
      must('Assume 1.x if the response has no version header.', ['H6', 'H12']),
      must('Send the complete set of labels with each sample.', ['E4', 'E8']),
      should('Send a label `__name__` with each series.', ['E4', 'S8']),
      mustNot('Repeat a label name.', ['E4']),
      must('Sort labels by name.', ['E3']),
      mustNot('Send empty label names or values.', ['E4']),
      must('Send only metric and label names of the permitted ASCII characters.', ['E5']),
      shouldNot('Use label names that begin with `__`.', ['E5']),
      mustNot('Interpret the error message of a receiver.', interpreted),
      should('Log the error message as it is.', ['H7', 'H14']),
      must('Send the samples of a series in the order of their timestamps.', ['O1', 'O2']),
      must('Retry after a 5xx response, with backoff.', ['H7', 'H9']),
      mustNot('Retry after 2xx, or 4xx other than 429.', retried),
      must('Send a stale marker when a series ends.', ['O4', 'O6']),
      must('Use the one NaN that is reserved for stale markers, and for nothing else.', ['E10']),
    ],
  },
  {
    title: 'Remote write 2.0 (release candidate 4)',
    requirements: [
      must('Use one of the two published messages, in binary form.', ['E1']),
      should('Use `io.prometheus.write.v2.Request` when possible.', ['H12']),
      must('Compress with snappy in block format.', ['E2']),
      mustNot('Use the framed format of snappy.', ['E2']),
      must('Send the request as the body of an HTTP POST.', ['H1']),
      must('Send the four reserved headers.', ['H1']),
      mustNot('Let users override reserved headers.', ['H2']),
      must('Use the content encoding `snappy`.', ['H1']),
      must('Use the media type `application/x-protobuf`, with the message of the body.', ['H1']),
      should('Send a 1.x receiver the content type without parameter.', ['H1', 'H12']),
      must('Send a 1.x receiver the version 0.1.0.', ['H1', 'H12']),
      should('Otherwise send the newest version, 2.0.0.', ['H1']),
      must('Send a user agent.', ['H1']),
      should('Write the user agent as RFC 9110 defines it.', ['H1']),
      must('Ignore the body of a successful response.', readSuccess),
      mustNot('Interpret the error message of a receiver.', interpreted),
      should('Log the error message as it is.', ['H7', 'H14']),
      mustNot('Take a missing count of written samples for 0 after a request of 1.0.', ['H6']),
      should('Treat 2xx without any written count like 415.', ['H6', 'H12']),
      mustNot('Guess the version of a receiver from its response headers.', ['H12']),
      should('Send samples of several series in one request.', ['E13']),
      should('Expect 400 in place of 415 from 1.x receivers.', ['H12']),
      mustNot(
        'Retry after 4xx other than 429; 415 may be retried with another content type.',
        retried,
      ),
      must('Retry after 5xx, with backoff.', ['H7', 'H9']),
      must('Give timestamps in integer milliseconds and values as 64-bit floats.', ['E9', 'E10']),
      must('Give each series its label references.', ['E1', 'E4']),
      must('Give each series at least one sample or histogram.', ['E8', 'E14']),
      mustNot('Mix samples and histograms in one series.', noHistograms),
      should('Give each series its metadata.', ['E12']),
      should('Send exemplars if there are any.', noExemplars),
      must('Provide a symbol table without duplicates, whose first entry is empty.', ['E11']),
      must('Refer only to existing symbols.', ['E11']),
      must('Send the complete set of labels with each sample.', ['E4', 'E8']),
      should('Send a label `__name__` with each series.', ['E4', 'S8']),
      mustNot('Repeat a label name.', ['E4']),
      must('Sort labels by name.', ['E3']),
      mustNot('Send empty label names or values.', ['E4']),
      must('Send names and values in UTF-8.', ['E5', 'E6']),
      should(
        'Use metric and label names of the ASCII characters of 1.0.',
        'All names of kubescape-push do. Names that users add are sent as they are (E5).',
      ),
      shouldNot('Use label names that begin with `__`.', ['E5']),
      must('Send the samples of a series in the order of their timestamps.', ['O1', 'O2']),
      should('Send a start timestamp for counters.', ['E12']),
      should('Send a stale marker when a series ends.', ['O4', 'O6']),
      must('Send a stale marker if the end of a series can be detected.', ['O4', 'O6']),
      must('Use the one NaN that is reserved for stale markers, and for nothing else.', ['E10']),
      should('Follow the guidelines of Prometheus for type and help.', ['E12']),
      must('Give each exemplar a value and a timestamp.', noExemplars),
    ],
  },
];

/** Requirements in the public compliance tests for senders, in the order of their files. */
export const complianceRequirements: readonly (readonly [
  file: string,
  what: string,
  covered: Requirement['covered'],
])[] = [
  ['protocol', 'POST, protobuf, snappy blocks, and all headers', ['E1', 'E2', 'H1', 'H2']],
  [
    'symbols',
    'a symbol table with an empty first entry, no duplicates, and valid references',
    ['E11'],
  ],
  [
    'labels',
    'complete, sorted, unique and valid labels, special characters, long values',
    ['E3', 'E4', 'E5', 'E6', 'E7'],
  ],
  ['timestamps', 'milliseconds, in order; start timestamps of counters', ['E9', 'O2', 'E12']],
  ['samples', 'zero, negative, precise and infinite values, NaN and stale markers', ['E10']],
  ['metadata', 'type and help of each family', ['E12']],
  ['histograms', 'native and classic histograms', noHistograms],
  ['exemplars', 'exemplars with trace IDs', noExemplars],
  ['retry', 'retries after 5xx and 429, none after other 4xx', ['H7', 'H8']],
  ['backoff', 'exponential backoff with jitter; Retry-After', ['H9', 'H10', 'H11']],
  [
    'response',
    'success bodies are ignored, errors logged, written counts used',
    ['H4', 'H6', 'S1'],
  ],
  [
    'error_handling',
    'refused and broken connections, timeouts, DNS, TLS, malformed responses',
    ['H4', 'H5', 'H13'],
  ],
  ['fallback', 'fallback after 415, remembered, with its headers; none after a success', ['H12']],
  ['rw1_compat', 'message, headers and metadata of 1.0', ['E1', 'E12', 'H1', 'H12']],
  ['batching', 'several series per request, limits on size, shared symbols', ['E11', 'E13', 'E14']],
  [
    'edge_cases',
    'no series at all, huge values, Unicode, many series, robust connections',
    ['E6', 'E7', 'E14', 'H5'],
  ],
  ['combined', 'several kinds of series in one request', ['E12', 'E13']],
];
