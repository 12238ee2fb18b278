import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach } from 'vitest';

/** A temporary folder for files with secrets. */
export class SecretFiles {
  #directory = '';
  #generation = 0;

  get directory(): string {
    return this.#directory;
  }

  open(): void {
    this.#directory = mkdtempSync(join(tmpdir(), 'secrets-'));
  }

  /** Writes a file and returns its path. */
  write(name: string, content: string): string {
    const path = join(this.#directory, name);
    writeFileSync(path, content);
    return path;
  }

  /** Replaces a file like the kubelet, by pointing a symbolic link to another target. */
  project(name: string, content: string): string {
    const target = join(this.#directory, `${name}..${this.#generation++}`);
    const path = join(this.#directory, name);
    writeFileSync(target, content);
    symlinkSync(target, `${path}..new`);
    renameSync(`${path}..new`, path);
    return path;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Creates a new folder for each test. */
export function useSecretFiles(): SecretFiles {
  const files = new SecretFiles();
  beforeEach(() => files.open());
  afterEach(() => files.remove());
  return files;
}
