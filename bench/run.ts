import { benchDelivery, benchResend } from './delivery/run.ts';
import { benchEncode } from './encode.ts';
import { benchFiles } from './files.ts';
import { benchFullPush } from './full-push.ts';
import { benchHostile } from './hostile.ts';
import { benchKubernetes } from './kubernetes/run.ts';
import { benchPosture } from './posture/run.ts';
import { benchStartup } from './startup.ts';

const benchmarks = {
  startup: benchStartup,
  encode: benchEncode,
  files: benchFiles,
  hostile: benchHostile,
  'full-push': benchFullPush,
  kubernetes: benchKubernetes,
  posture: benchPosture,
  delivery: benchDelivery,
  resend: benchResend,
} as const;

async function run(only: string | undefined): Promise<void> {
  const chosen = Object.entries(benchmarks).filter(([name]) => only === undefined || name === only);
  if (chosen.length === 0) {
    process.stderr.write(`no such benchmark; there are: ${Object.keys(benchmarks).join(', ')}\n`);
    process.exitCode = 2;
  }
  for (const [, bench] of chosen) await bench();
}

await run(process.argv[2]);
