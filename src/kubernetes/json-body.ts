import { type Body, BodyError } from './api-client.ts';

export interface JsonBody {
  readonly value: unknown;
  readonly bytes: number;
}

/**
 * Reads and parses a JSON body.
 *
 * @throws {BodyError} The body is larger than `maxBytes`, or not JSON.
 */
export async function readJsonBody(body: Body, maxBytes: number): Promise<JsonBody> {
  const bytes = await readBody(body, maxBytes);
  return { value: parseJson(bytes.toString('utf8')), bytes: bytes.length };
}

async function readBody(body: Body, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new BodyError('too_large', `larger than ${Math.floor(maxBytes / 2 ** 10)} KiB`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @throws {BodyError} The text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BodyError('invalid_json', `invalid JSON: ${reason}`);
  }
}
