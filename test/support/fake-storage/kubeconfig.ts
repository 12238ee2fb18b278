import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { stringify } from 'yaml';

export interface ExecPlugin {
  readonly command: string;
  readonly args?: readonly string[];
}

export interface KubeconfigOptions {
  /** Existing folder to write to. */
  readonly dir: string;
  readonly user: { readonly token: string } | { readonly exec: ExecPlugin };
}

/** Writes a kubeconfig for this server and returns its path. */
export function writeKubeconfig(
  { url }: { readonly url: string },
  { dir, user }: KubeconfigOptions,
): string {
  const name = 'fake';
  const document = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: url } }],
    users: [{ name, user: 'exec' in user ? { exec: toExec(user.exec) } : user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  const path = join(dir, 'kubeconfig.yaml');
  // Clients warn about kubeconfigs that other users can read.
  writeFileSync(path, stringify(document, { lineWidth: 0 }), { mode: 0o600 });
  return path;
}

function toExec(plugin: ExecPlugin): Record<string, unknown> {
  const apiVersion = 'client.authentication.k8s.io/v1';
  return { apiVersion, interactiveMode: 'Never', ...plugin };
}
