/**
 * Reads changed scan results and reports seeds that crash, hang or take too much memory.
 *
 *     npm run fuzz                  # 10,000 documents
 *     npm run fuzz -- 500 nightly   # 500 documents of another series
 */
import { generatedDocuments, realDocuments } from '../test/support/fuzz/original-documents.ts';
import { runFuzz } from '../test/support/fuzz/run-fuzz.ts';

const PROGRESS_INTERVAL = 1000;

async function fuzz(count = '10000', series = 'main'): Promise<void> {
  const documents = [...realDocuments(), ...generatedDocuments()];
  const seeds = Array.from({ length: Number(count) }, (_, index) => `${series}-${index}`);
  let done = 0;
  const { failures, slowestMs, grownBytes } = await runFuzz(documents, seeds, () => {
    done++;
    if (done % PROGRESS_INTERVAL === 0) process.stderr.write(`${done} documents read\n`);
  });
  for (const { seed, reason } of failures) process.stdout.write(`${seed}: ${reason}\n`);
  const slowest = `slowest ${Math.round(slowestMs)} ms`;
  const grown = `memory grew by ${Math.round(grownBytes / 2 ** 20)} MiB`;
  process.stdout.write(`${done} documents, ${failures.length} failures, ${slowest}, ${grown}\n`);
  if (failures.length > 0) {
    process.stdout.write('add these seeds to test/support/fuzz/seeds.json\n');
    process.exitCode = 1;
  }
}

await fuzz(process.argv[2], process.argv[3]);
