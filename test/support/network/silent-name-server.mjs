// Runs a command where the only name server never answers: unshare -rmn node silent-name-server.mjs COMMAND ARG…
// Needs mount and network namespaces of its own.
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [command, ...args] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'name-server-'));
const file = join(folder, 'resolv.conf');
writeFileSync(file, 'nameserver 127.0.0.1\n');
execFileSync('mount', ['--bind', file, '/etc/resolv.conf']);
execFileSync('ip', ['link', 'set', 'lo', 'up']);

createSocket('udp4').bind(53, '127.0.0.1', () => {
  const child = spawn(command, args, { stdio: 'inherit' });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('close', (exitCode) => {
    rmSync(folder, { recursive: true });
    process.exit(exitCode ?? 1);
  });
});
