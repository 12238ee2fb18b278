import { findServer } from '../../../scripts/servers/find-server.ts';
import type { ServerName } from '../../../scripts/servers/servers.ts';
import { startPrometheus } from './prometheus.ts';
import { promtool } from './promtool.ts';
import { startPushgateway } from './pushgateway.ts';
import { startVictoriaMetrics } from './victoria-metrics.ts';

const STARTERS = {
  prometheus: startPrometheus,
  pushgateway: startPushgateway,
  'victoria-metrics': startVictoriaMetrics,
} as const;
type Starters = typeof STARTERS;

export interface Availability {
  /** Reason why the server is unavailable on this machine. `undefined` if it is available. */
  readonly missing: string | undefined;
  /** Name for test titles, followed by the reason if the tests are skipped. */
  readonly label: string;
}

export interface RealServer<Start> extends Availability {
  readonly start: Start;
}

export interface RealPromtool extends Availability {
  readonly run: typeof promtool;
}

/**
 * A server for the tests of a file, found or fetched but not started:
 *
 *     const prometheus = await realServer('prometheus');
 *
 *     describe.skipIf(prometheus.missing)(`remote write to ${prometheus.label}`, () => {
 *       let server: QueryableServer;
 *       beforeAll(async () => { server = await prometheus.start(); });
 *       afterAll(async () => server.stop());
 *     });
 */
export async function realServer<Name extends keyof Starters>(
  name: Name,
): Promise<RealServer<Starters[Name]>> {
  return { ...(await availabilityOf(name)), start: STARTERS[name] };
}

export async function realPromtool(): Promise<RealPromtool> {
  return { ...(await availabilityOf('promtool')), run: promtool };
}

/** Without the server, tests are skipped, except under CI, where that would go unnoticed. */
export async function availabilityOf(name: ServerName): Promise<Availability> {
  const missing = await findServer(name).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  if (missing !== undefined && process.env['CI'] === 'true') throw missing;
  return {
    missing: missing?.message,
    label: missing === undefined ? name : `${name} (skipped: ${missing.message})`,
  };
}
