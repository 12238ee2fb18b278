import { createHash } from 'node:crypto';

import { isUtf8Name } from '../labels/labels.ts';
import type { LabelBuilder } from './label-builder.ts';
import { toLowerCase, toUpperCase } from './letter-case.ts';
import { memoize } from './memo.ts';
import { compilePattern } from './pattern.ts';
import { type RelabelAction, type RelabelConfig, relabelDefaults } from './relabel-config.ts';
import { createSource } from './source.ts';
import { compileTemplate } from './template.ts';

/** Changes the labels. Returns false to drop the series. */
export type Rule = (labels: LabelBuilder) => boolean;

type Settings = Required<RelabelConfig>;

/** Creates the rule for each action. */
const RULES: Readonly<Record<RelabelAction, (settings: Settings) => Rule>> = {
  replace: createReplace,
  keep: createFilter,
  drop: createFilter,
  keepequal: createComparison,
  dropequal: createComparison,
  hashmod: (settings) => createTransform(settings, toHashModulo(BigInt(settings.modulus))),
  labelmap: createLabelMap,
  labeldrop: createNameFilter,
  labelkeep: createNameFilter,
  lowercase: (settings) => createTransform(settings, toLowerCase),
  uppercase: (settings) => createTransform(settings, toUpperCase),
};

/** @throws {SyntaxError} The pattern is not valid RE2. */
export function compileRule(config: RelabelConfig): Rule {
  const settings = { ...relabelDefaults, ...config };
  return RULES[settings.action](settings);
}

interface Replacement {
  readonly target: string;
  readonly value: string;
}

function createReplace(settings: Settings): Rule {
  const source = createSource(settings);
  const pattern = compilePattern(settings.regex);
  const target = compileTemplate(settings.targetLabel);
  const value = compileTemplate(settings.replacement);
  const replace = memoize((text): Replacement | undefined => {
    const groups = pattern.find(text);
    if (groups === undefined) return undefined;
    const name = target(groups);
    return isUtf8Name(name) ? { target: name, value: value(groups) } : undefined;
  });
  return (labels) => {
    const replacement = replace(source(labels));
    if (replacement !== undefined) labels.set(replacement.target, replacement.value);
    return true;
  };
}

function createFilter(settings: Settings): Rule {
  const source = createSource(settings);
  const pattern = compilePattern(settings.regex);
  const isKept = memoize((text) => pattern.test(text) === (settings.action === 'keep'));
  return (labels) => isKept(source(labels));
}

function createComparison(settings: Settings): Rule {
  const source = createSource(settings);
  const { targetLabel } = settings;
  const isKeptIfEqual = settings.action === 'keepequal';
  return (labels) => (labels.get(targetLabel) === source(labels)) === isKeptIfEqual;
}

function createTransform(settings: Settings, transform: (text: string) => string): Rule {
  const source = createSource(settings);
  const memoized = memoize(transform);
  return (labels) => {
    labels.set(settings.targetLabel, memoized(source(labels)));
    return true;
  };
}

/** Prometheus uses only half of the MD5 hash, for compatibility with old shards. */
function toHashModulo(modulus: bigint): (text: string) => string {
  return (text) => {
    const hash = createHash('md5').update(text, 'utf8').digest();
    return String(hash.readBigUInt64BE(8) % modulus);
  };
}

/** Ignores empty names, which Prometheus would create and receivers reject. */
function createLabelMap(settings: Settings): Rule {
  const pattern = compilePattern(settings.regex);
  const template = compileTemplate(settings.replacement);
  const rename = memoize((name) => {
    const renamed = pattern.test(name) ? pattern.replace(name, template) : '';
    return isUtf8Name(renamed) ? renamed : undefined;
  });
  return (labels) => {
    for (const { name, value } of labels.labels()) {
      const renamed = rename(name);
      if (renamed !== undefined) labels.set(renamed, value);
    }
    return true;
  };
}

function createNameFilter({ action, regex }: Settings): Rule {
  const pattern = compilePattern(regex);
  const isDropped = memoize((name) => pattern.test(name) === (action === 'labeldrop'));
  return (labels) => {
    for (const { name } of labels.labels()) if (isDropped(name)) labels.set(name, '');
    return true;
  };
}
