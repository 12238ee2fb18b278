/** A size for messages: whole MiB, or bytes below one MiB. */
export function describeBytes(bytes: number): string {
  return bytes >= 2 ** 20 ? `${Math.floor(bytes / 2 ** 20)} MiB` : `${bytes} bytes`;
}
