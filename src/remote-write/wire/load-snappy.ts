import { type Compressor, snappyJs } from './compress.ts';

/** What is used of the npm package `snappy`, which is optional: not every platform has it. */
interface NativeSnappy {
  compressSync(raw: Uint8Array): Uint8Array;
}

/** The native implementation where it is installed, ten times as fast; else the one in JavaScript. */
export async function loadSnappy(
  load: () => Promise<NativeSnappy> = async () => import('snappy'),
): Promise<Compressor> {
  try {
    const native = await load();
    const compressor = toCompressor(native);
    // A binary for another processor or C library may load and still not work.
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
    // A copy, because what it gives holds on to the whole of its work space: a megabyte for thirty
    // thousand bytes, which V8 does not know of.
    compress: (raw) => Uint8Array.from(native.compressSync(raw)),
    // The other way round JavaScript is the faster one.
    uncompress: (block) => snappyJs.uncompress(block),
  };
}
