import * as z from 'zod';

const messages = {
  'prometheus.WriteRequest': '1.0',
  'io.prometheus.write.v2.Request': '2.0',
} as const;

export const protocolFields = {
  // YAML parses an unquoted 1.0 as a number.
  protocol: z
    .preprocess(
      (value) => (value === 1 || value === 2 ? value.toFixed(1) : value),
      z.enum(['auto', '1.0', '2.0']),
    )
    .optional()
    .describe(
      'Remote-write version: `1.0`, `2.0` or `auto`, which tries 2.0 first. (default: auto)',
    ),
  protobuf_message: z
    .enum(['prometheus.WriteRequest', 'io.prometheus.write.v2.Request'])
    .optional()
    .describe('Remote-write version by its protobuf message, as in Prometheus.'),
};

const Fields = z.object(protocolFields);
type Fields = z.infer<typeof Fields>;
export type Protocol = NonNullable<Fields['protocol']>;

export function protocolOf({ protocol, protobuf_message: message }: Fields): Protocol {
  return protocol ?? (message === undefined ? 'auto' : messages[message]);
}

export function checkProtocol({ value, issues }: z.core.ParsePayload<Fields>): void {
  const { protocol, protobuf_message: message } = value;
  if (protocol === undefined || message === undefined || messages[message] === protocol) return;
  const text = `protocol ${protocol} and protobuf_message ${message} contradict each other; remove one`;
  issues.push({ code: 'custom', input: undefined, message: text });
}
