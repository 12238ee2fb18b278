import type pc from 'picocolors';

import type { Severity } from '../../model/severity.ts';

export type Counts = Record<Severity, number>;
export type Paint = ReturnType<typeof pc.createColors>;

export const colourOf = {
  Critical: 'magenta',
  High: 'red',
  Medium: 'yellow',
  Low: 'blue',
  Negligible: 'gray',
  Unknown: 'gray',
} as const satisfies Record<Severity, keyof Paint>;

export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Keeps the end of a name, which distinguishes it best. */
export function cutStart(text: string, columns: number): string {
  return text.length <= columns ? text : `…${text.slice(text.length - columns + 1)}`;
}

/** Keeps the start of a text. */
export function cutEnd(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
