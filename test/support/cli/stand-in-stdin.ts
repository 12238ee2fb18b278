import type { Readable } from 'node:stream';

/** Runs work with another stream as standard input. */
export async function withStdin<T>(standIn: Readable, work: () => Promise<T>): Promise<T> {
  const real = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {};
  Object.defineProperty(process, 'stdin', { value: standIn, configurable: true });
  try {
    return await work();
  } finally {
    Object.defineProperty(process, 'stdin', real);
  }
}
