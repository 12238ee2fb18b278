import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface AccessFiles {
  readonly directory: string;
  /** Writes a file, creates its folders, and returns its path. */
  readonly write: (name: string, content: string) => string;
  /** Writes a kubeconfig with one context, `here`, and returns its path. */
  readonly kubeconfig: (entry: KubeconfigEntry) => string;
  /** Writes an exec plugin that counts its runs, and returns its `exec` entry. */
  readonly plugin: (source: string) => Record<string, unknown>;
  readonly pluginStarts: () => number;
  readonly remove: () => void;
}

export interface KubeconfigEntry {
  readonly cluster: Readonly<Record<string, unknown>>;
  readonly user?: Readonly<Record<string, unknown>>;
}

/** A temporary folder that stands for `~/.kube`. */
export function createAccessFiles(): AccessFiles {
  const directory = mkdtempSync(join(tmpdir(), 'access-'));
  const starts = join(directory, 'starts');

  function write(name: string, content: string): string {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  return {
    directory,
    write,
    kubeconfig: ({ cluster, user = {} }) => write('config', JSON.stringify(config(cluster, user))),
    plugin(source) {
      const counted = `require('fs').appendFileSync(${JSON.stringify(starts)}, 'x');\n${source}`;
      const apiVersion = 'client.authentication.k8s.io/v1';
      const args = [write('plugin.cjs', counted)];
      return { apiVersion, command: process.execPath, args, interactiveMode: 'Never' };
    },
    pluginStarts: () => readFileSync(starts, 'utf8').length,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function config(cluster: object, user: object): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'cluster', cluster }],
    users: [{ name: 'user', user }],
    contexts: [{ name: 'here', context: { cluster: 'cluster', user: 'user' } }],
  };
}

/** Source of a plugin that prints an `ExecCredential`. */
export function printCredential(status: Readonly<Record<string, unknown>>): string {
  const apiVersion = 'client.authentication.k8s.io/v1';
  const credential = { apiVersion, kind: 'ExecCredential', status };
  return `process.stdout.write(${JSON.stringify(JSON.stringify(credential))})`;
}
