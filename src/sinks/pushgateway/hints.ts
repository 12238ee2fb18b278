/** What to do about an answer of a Pushgateway, for people. */
export const pushgatewayHints: Readonly<Record<number, string>> = {
  400: 'what was pushed contradicts itself, or what another group holds under the same name; pushing it again will not help: delete the other group, or choose another metrics.prefix',
  401: 'are the credentials missing or wrong?',
  403: 'may these credentials push and delete?',
  404: 'is this the URL of a Pushgateway, without /metrics?',
  405: 'does something before the Pushgateway forbid the method?',
  413: 'something before the Pushgateway limits the size of a request; compress with pushgateway.compression, or push fewer groups of metrics',
};

/** Releases that cannot read a compressed push take it for broken text. */
export const compressedHints: Readonly<Record<number, string>> = {
  ...pushgatewayHints,
  400: `${pushgatewayHints[400]}; or is the Pushgateway too old for pushgateway.compression?`,
};
