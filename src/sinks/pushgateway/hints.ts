/** Advice for the status codes of a Pushgateway and of proxies in front of it. */
export const pushgatewayHints: Readonly<Record<number, string>> = {
  400: 'the metrics contradict each other or those of another group, so a retry will not help; delete the other group, or choose another metrics.prefix',
  401: 'check the credentials',
  403: 'check whether the credentials allow pushing and deleting',
  404: 'check the URL, which must not contain /metrics',
  405: 'a proxy in front of the Pushgateway may block this method',
  413: 'a proxy in front of the Pushgateway limits the request size; set pushgateway.compression, or push fewer metric groups',
};

/** Advice for compressed requests. Old releases read a compressed body as invalid text. */
export const compressedHints: Readonly<Record<number, string>> = {
  ...pushgatewayHints,
  400: `${pushgatewayHints[400]}; a Pushgateway before 1.5 does not support pushgateway.compression`,
};
