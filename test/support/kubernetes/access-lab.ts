import type { ServerOptions } from 'node:https';
import { text } from 'node:stream/consumers';

import type {
  ApiAnswer,
  ApiRequest,
  ClusterAccess,
} from '../../../src/kubernetes/cluster-access.ts';
import {
  createKubeconfigAccess,
  type KubeconfigAccessOptions,
} from '../../../src/kubernetes/login/kubeconfig-access.ts';
import { makeCertificates } from '../fake-storage/certificates.ts';
import { type AccessFiles, createAccessFiles } from './access-files.ts';
import { type AccessServer, startAccessServer } from './access-server.ts';

export const certificates = makeCertificates({ serverNames: ['localhost'] });

const never = new AbortController().signal;

/** A configuration folder, an API server, and a clock that the test advances. */
export interface AccessLab {
  readonly files: AccessFiles;
  readonly server: AccessServer;
  readonly clock: { nowMs: number };
  /** Cluster entry of a kubeconfig for the server. */
  readonly cluster: Readonly<Record<string, unknown>>;
  readonly open: (
    options: Partial<KubeconfigAccessOptions>,
    signal?: AbortSignal,
  ) => Promise<ClusterAccess>;
  readonly close: () => Promise<void>;
}

export async function startLab(tls: ServerOptions = {}): Promise<AccessLab> {
  const files = createAccessFiles();
  const server = await startAccessServer({ ...certificates.server, ...tls });
  const clock = { nowMs: Date.now() };
  const opened: ClusterAccess[] = [];
  return {
    files,
    server,
    clock,
    cluster: { server: server.url, 'certificate-authority-data': btoa(certificates.ca) },
    async open(options, signal = never) {
      const all = { userAgent: 'kubescape-push/1.2.3', now: () => clock.nowMs, ...options };
      const access = await createKubeconfigAccess(all, signal);
      opened.push(access);
      return access;
    },
    async close() {
      for (const access of opened) access.close();
      await server.close();
      files.remove();
    },
  };
}

export async function ask(
  access: ClusterAccess,
  request: Partial<ApiRequest> = {},
): Promise<ApiAnswer> {
  return access.request({ path: '/api', timeoutMs: 10_000, signal: never, ...request });
}

/** Reads the whole body and returns the status. */
export async function statusOf(
  access: ClusterAccess,
  request: Partial<ApiRequest> = {},
): Promise<number> {
  const { status, body } = await ask(access, request);
  await text(body);
  return status;
}
