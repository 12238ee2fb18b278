import type protobuf from 'protobufjs/minimal.js';

/**
 * Reads the length of a field and returns the position of its end.
 *
 * @throws {RangeError} The field ends beyond the message.
 */
export function endOfField(reader: protobuf.Reader): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('a field ends beyond the message');
  return end;
}
