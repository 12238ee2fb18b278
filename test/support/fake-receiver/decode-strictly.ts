import type { Type } from 'protobufjs';

/**
 * Decodes a message, and encodes it again to find differences: unknown fields, illegal UTF-8, or
 * another order of fields.
 */
export function decodeStrictly(
  type: Type,
  bytes: Buffer,
): { message: unknown; violations: string[] } {
  const decoded = type.decode(bytes);
  const message: unknown = type.toObject(decoded, { longs: String, defaults: true, arrays: true });
  const isExact = bytes.equals(type.encode(decoded).finish());
  const violations = isExact ? [] : [`the body is not exactly a ${type.name}`];
  return { message, violations };
}
