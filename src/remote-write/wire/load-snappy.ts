import { type Compressor, snappyJs } from './compress.ts';

/** The part we use of the npm package `snappy`, which is optional because some platforms lack it. */
interface NativeSnappy {
  compressSync(raw: Uint8Array): Uint8Array;
}

/** Loads the native implementation, which is ten times as fast, or falls back to JavaScript. */
export async function loadSnappy(
  load: () => Promise<NativeSnappy> = async () => import('snappy'),
): Promise<Compressor> {
  try {
    const native = await load();
    const compressor = toCompressor(native);
    // A binary for another processor or C library may load but not work.
    const probe = Buffer.from('kubescape-push kubescape-push kubescape-push');
    const isSound = probe.equals(compressor.uncompress(compressor.compress(probe)));
    return isSound ? compressor : snappyJs;
  } catch {
    return snappyJs;
  }
}

function toCompressor(native: NativeSnappy): Compressor {
  return {
    name: 'snappy',
    // Copies the result, which would keep its whole work buffer alive: a megabyte for thirty kilobytes.
    compress: (raw) => Uint8Array.from(native.compressSync(raw)),
    // JavaScript is faster for uncompressing.
    uncompress: (block) => snappyJs.uncompress(block),
  };
}
