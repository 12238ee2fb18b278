import { type Health, judgeLiveness, judgeReadiness } from '../../agent/health.ts';
import { type Heartbeat, readHeartbeat } from '../../agent/heartbeat.ts';
import { type ExitCode, exitCodes } from '../run/exit-codes.ts';

export interface HealthInput {
  readonly heartbeatFile: string | undefined;
  readonly liveness: boolean;
  readonly readiness: boolean;
}

/** Prints whether an agent is alive and ready, according to its heartbeat file. Default: checks both. */
export async function health(input: HealthInput): Promise<ExitCode> {
  const path = input.heartbeatFile ?? process.env['KUBESCAPE_PUSH_HEARTBEAT_FILE'] ?? '';
  if (path === '') {
    return report(
      false,
      'no heartbeat file; set --heartbeat-file to the same path as for the agent',
    );
  }
  try {
    const checks = judge(await readHeartbeat(path), input);
    const isFine = checks.every((check) => check.isFine);
    return report(isFine, checks.map(({ sentence }) => sentence).join(', '));
  } catch (error) {
    return report(false, `not alive (${describe(error, path)})`);
  }
}

function judge(heartbeat: Heartbeat, { liveness, readiness }: HealthInput): Health[] {
  const nowMs = Date.now();
  const isAll = !liveness && !readiness;
  return [
    ...(liveness || isAll ? [judgeLiveness(heartbeat, nowMs)] : []),
    ...(readiness || isAll ? [judgeReadiness(heartbeat, nowMs)] : []),
  ];
}

function describe(error: unknown, path: string): string {
  if (!(error instanceof Error)) return String(error);
  const isMissing = 'code' in error && error.code === 'ENOENT';
  if (isMissing) return `the heartbeat file ${path} does not exist`;
  return `cannot read the heartbeat file ${path}: ${error.message}`;
}

function report(isFine: boolean, sentence: string): ExitCode {
  process.stdout.write(`${sentence}\n`);
  return isFine ? exitCodes.ok : exitCodes.unexpected;
}
