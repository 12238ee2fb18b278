/** A limit for people: whole MiB, or bytes where it is less than one. */
export function describeBytes(bytes: number): string {
  return bytes >= 2 ** 20 ? `${Math.floor(bytes / 2 ** 20)} MiB` : `${bytes} bytes`;
}
