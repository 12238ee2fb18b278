import { type Health, judgeLiveness, judgeReadiness } from '../../agent/health.ts';
import { type Heartbeat, readHeartbeat } from '../../agent/heartbeat.ts';
import { type ExitCode, exitCodes } from '../run/exit-codes.ts';

export interface HealthInput {
  readonly heartbeatFile: string | undefined;
  readonly liveness: boolean;
  readonly readiness: boolean;
}

/** Judges an agent by its heartbeat file, in a sentence. Without a choice, by everything. */
export async function health(input: HealthInput): Promise<ExitCode> {
  const path = input.heartbeatFile ?? process.env['KUBESCAPE_PUSH_HEARTBEAT_FILE'] ?? '';
  if (path === '') {
    return say(false, 'there is no telling: set --heartbeat-file, as for the agent');
  }
  try {
    const checks = judge(await readHeartbeat(path), input);
    const isFine = checks.every((check) => check.isFine);
    return say(isFine, checks.map(({ sentence }) => sentence).join('; '));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return say(false, `not alive: the heartbeat file ${path} cannot be read: ${reason}`);
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

function say(isFine: boolean, sentence: string): ExitCode {
  process.stdout.write(`${sentence}\n`);
  return isFine ? exitCodes.ok : exitCodes.unexpected;
}
