/** The part of ASN.1 DER that certificates need: tag, length, content. */
export function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthBytes(content.length), content]);
}

export function sequence(...contents: readonly Buffer[]): Buffer {
  return der(0x30, ...contents);
}

export function set(...contents: readonly Buffer[]): Buffer {
  return der(0x31, ...contents);
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** Does not pad: if the first byte is 0x80 or more, the number is negative. */
export function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

export function bitString(bytes: Buffer, unusedBits = 0): Buffer {
  return der(0x03, Buffer.from([unusedBits]), bytes);
}

export function octetString(content: Buffer): Buffer {
  return der(0x04, content);
}

export function utf8String(text: string): Buffer {
  return der(0x0c, Buffer.from(text));
}

export function boolean(value: boolean): Buffer {
  return der(0x01, Buffer.from([value ? 0xff : 0]));
}

/** Encodes a time in seconds. The format ends in 2049. */
export function utcTime(date: Date): Buffer {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(/[-:T]/g, '')
    .slice(2);
  return der(0x17, Buffer.from(`${digits}Z`));
}

/** A member with a number instead of a type: `[n]`. */
export function tagged(number: number, ...contents: readonly Buffer[]): Buffer {
  return der(0xa0 + number, ...contents);
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 + bytes.length]), bytes]);
}

/** Encodes seven bits per byte. All bytes but the last one have the high bit set. */
function base128(number: number): number[] {
  const bytes = [number % 128];
  for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128)) {
    bytes.unshift((left % 128) + 128);
  }
  return bytes;
}
