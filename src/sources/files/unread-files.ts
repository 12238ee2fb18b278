import { closeSync, openSync, readSync, statSync } from 'node:fs';

import type { SkippedReport } from '../skipped-report.ts';
import { contentKindOf } from './content-kind.ts';

/** Archives are recognized by their names, because they may contain anything. */
const archive = /\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz|zip|7z|rar|bz2|xz|zst)$/i;

/** Enough for the first keys of a document. */
const BEGINNING_BYTES = 4096;

/** Matches JSON, or the YAML of a Kubernetes object. Other text files may merely quote scan results. */
const structure =
  /^\uFEFF?\s*(?:[{[]|(?:(?:---|#)[^\n]*\n\s*)*(?:apiVersion|kind|items|metadata|spec):)/;

/** Matches words that occur at the beginning of scan results. */
const scanResult =
  /spdx\.softwarecomposition\.kubescape\.io|\b(?:matches|summaryDetails|vulnerabilit\w*)["']?\s*:/;

const MAX_NAMES = 10;

/** Whether an unread file may contain scan results, judging by its name or content. */
export function mayBeScanResult(path: string): boolean {
  try {
    // Opening a pipe would block.
    if (!statSync(path).isFile()) return false;
    return archive.test(path) || isScanResult(readBeginning(path));
  } catch {
    return false;
  }
}

/** Creates one report for all unread files in a folder. */
export function reportUnread(folder: string, names: readonly string[]): SkippedReport {
  const shown = names.slice(0, MAX_NAMES).join(', ');
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  const files = names.length === 1 ? '1 file' : `${names.length} files`;
  const message = `did not read ${files} that may contain scan results: ${shown}${more}; unpack archives, and rename other files to .json, .jsonl, .yaml or .gz`;
  return { reason: 'unread_file', where: folder, message };
}

function readBeginning(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(BEGINNING_BYTES);
    return buffer.subarray(0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}

function isScanResult(beginning: Buffer): boolean {
  const isGzip = beginning[0] === 0x1f && beginning[1] === 0x8b;
  if (isGzip) return true;
  const isUtf16 = contentKindOf(beginning) === 'utf-16';
  const text = beginning.toString(isUtf16 ? 'utf16le' : 'utf8');
  return structure.test(text) && scanResult.test(text);
}
