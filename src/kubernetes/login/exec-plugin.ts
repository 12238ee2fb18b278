import * as z from 'zod';

import { AccessError } from '../../http/access-error.ts';
import { findSecretHeaderValues } from '../../http/redact.ts';
import { describePluginOutput } from './plugin-message.ts';
import { type ProcessEnd, runProcess } from './run-process.ts';

/** The `exec` block of a kubeconfig user. */
export const ExecPlugin = z.object({
  apiVersion: z.string().default('client.authentication.k8s.io/v1'),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().nullish(),
  provideClusterInfo: z.boolean().nullish(),
});
export type ExecPlugin = z.infer<typeof ExecPlugin>;

const ExecCredential = z.object({
  kind: z.literal('ExecCredential'),
  status: z
    .object({
      token: z.string().nullish(),
      clientCertificateData: z.string().nullish(),
      clientKeyData: z.string().nullish(),
      expirationTimestamp: z.string().nullish(),
    })
    .refine(({ token, clientCertificateData: pem, clientKeyData: key }) => token || (pem && key)),
});

export interface PluginCredential {
  readonly token: string | undefined;
  /** PEM. */
  readonly certificate: string | undefined;
  /** PEM. */
  readonly key: string | undefined;
  /** Absent if the credential is valid until the server rejects it. */
  readonly expiresAtMs: number | undefined;
}

export interface PluginRun {
  /** Passed to plugins that request cluster information. */
  readonly cluster: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  /** Stops the plugin. */
  readonly signal: AbortSignal;
}

/**
 * Runs a plugin to get credentials. The library's own implementation has no timeout, does not set
 * `KUBERNETES_EXEC_INFO`, and puts the whole stderr into its error.
 *
 * @throws {AccessError} The plugin is missing, failed, timed out, or printed invalid output.
 */
export async function runPlugin(plugin: ExecPlugin, run: PluginRun): Promise<PluginCredential> {
  const { timeoutMs, signal } = run;
  const environment: NodeJS.ProcessEnv = { ...process.env };
  environment['KUBERNETES_EXEC_INFO'] = describeRequest(plugin, run);
  for (const { name, value } of plugin.env ?? []) environment[name] = value;
  const { command } = plugin;
  const args = plugin.args ?? [];
  const end = await runProcess({ command, args, environment, timeoutMs, signal });
  if (end.outcome.status === 'exited' && end.outcome.code === 0) return parse(plugin, end.stdout);
  throw new AccessError(`exec plugin "${plugin.command}" ${describeEnd(plugin, end, timeoutMs)}`);
}

function describeRequest({ apiVersion, provideClusterInfo }: ExecPlugin, run: PluginRun): string {
  const spec = { ...(provideClusterInfo === true && { cluster: run.cluster }), interactive: false };
  return JSON.stringify({ apiVersion, kind: 'ExecCredential', spec });
}

function parse({ command }: ExecPlugin, output: string): PluginCredential {
  const { data } = ExecCredential.safeParse(parseJson(output));
  if (data === undefined) {
    throw new AccessError(
      `exec plugin "${command}" did not print an ExecCredential with a token or a client certificate`,
    );
  }
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = data.status;
  return {
    token: token ?? undefined,
    certificate: clientCertificateData ?? undefined,
    key: clientKeyData ?? undefined,
    expiresAtMs: parseDate(expirationTimestamp ?? ''),
  };
}

function parseDate(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describeEnd(plugin: ExecPlugin, { outcome, stderr }: ProcessEnd, limitMs: number): string {
  if (outcome.status === 'aborted') return 'was stopped';
  if (outcome.status === 'not started') {
    return `${describeStart(outcome.code)}${describeHint(plugin)}`;
  }
  const said = describePluginOutput(stderr, secretsOf(plugin));
  const why = said === '' ? '' : `: ${said}`;
  if (outcome.status === 'too slow') return `timed out after ${limitMs} ms${why}`;
  return `failed with ${outcome.code}${why}`;
}

function describeStart(code: string): string {
  return code === 'ENOENT' ? 'was not found' : `could not be started (${code})`;
}

function describeHint({ installHint }: ExecPlugin): string {
  const hint = describePluginOutput(installHint ?? '', []);
  return hint === '' ? '' : `: ${hint}`;
}

function secretsOf({ env }: ExecPlugin): string[] {
  const entries = (env ?? []).map(({ name, value }) => [name, value] as const);
  return findSecretHeaderValues(Object.fromEntries(entries));
}
