import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Inodes of the listening sockets of a process (state 0A in /proc/<pid>/net/tcp{,6}). */
export function listeningSockets(pid: number): string[] {
  if (pid === 0) return [];
  try {
    const tables = ['tcp', 'tcp6'].map((name) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8'));
    const listening = tables.flatMap((table) =>
      table.split('\n').flatMap((line) => {
        const fields = line.trim().split(/\s+/);
        return fields[3] === '0A' ? [fields[9] ?? ''] : [];
      }),
    );
    const own = new Set(openSockets(pid));
    return listening.filter((inode) => own.has(inode));
  } catch {
    return [];
  }
}

function openSockets(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`, 'utf8');
      return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
    } catch {
      // Closed since the folder was read. A listening socket would still be open.
      return [];
    }
  });
}
