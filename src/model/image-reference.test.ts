import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseImageReference } from './image-reference.ts';

describe('parseImageReference', () => {
  it('reads the parts that the reference was assembled from', () => {
    fc.assert(
      fc.property(anyHost, anyPath, fc.option(anyTag), fc.option(anyDigest), (...parts) => {
        const [registry, repository, tag, digest] = parts;
        const text = [
          `${registry}/${repository}`,
          tag === null ? '' : `:${tag}`,
          digest === null ? '' : `@${digest}`,
        ].join('');

        expect(parseImageReference(text)).toEqual({
          registry,
          repository,
          tag: tag ?? '',
          digest: digest ?? '',
        });
      }),
    );
  });

  it('reads all spellings of an official image as the same one', () => {
    fc.assert(
      fc.property(anyPart, anyTag, (name, tag) => {
        const spellings = ['', 'library/', 'docker.io/', 'docker.io/library/', 'index.docker.io/'];
        const read = spellings.map((prefix) => parseImageReference(`${prefix}${name}:${tag}`));

        for (const reference of read) {
          expect(reference).toEqual({
            registry: 'docker.io',
            repository: `library/${name}`,
            tag,
            digest: '',
          });
        }
      }),
    );
  });

  it.each([
    'registry.example/payments-service:1.0+build5',
    'api:feature/login',
    'payments-service_:1',
    'nginx:',
    'nginx@sha256:0123',
    `nginx:${'x'.repeat(129)}`,
    `${'a/'.repeat(128)}a`,
    '/nginx',
    'a//b',
    '',
  ])('rejects %j', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });

  // A backtracking expression needs longer than the age of the universe for these.
  it.each(['a', 'a-', 'a_', 'a__', 'a.', 'a/', 'A', 'a:', '[a:', '@'])(
    'immediately rejects a text with many %j',
    (piece) => {
      const startMs = performance.now();
      for (const length of [200, 1000, 1_000_000]) {
        expect(parseImageReference(`reg.example/${piece.repeat(length)}_:1`)).toBeUndefined();
      }
      expect(performance.now() - startMs).toBeLessThan(500);
    },
  );
});

const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const anyPart = fc
  .array(fc.tuple(fc.constantFrom('.', '_', '__', '-', '---'), word), { maxLength: 3 })
  .chain((more) => word.map((first) => first + more.flat().join('')))
  .filter((part) => !/^[0-9a-f]{64}$/.test(part) && part !== 'library');
const anyPath = fc.array(anyPart, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const anyHost = fc.constantFrom('localhost', 'quay.io', 'Reg.example', 'r:5000', '[::1]:5000');
const anyTag = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,30}$/);
const anyDigest = fc.stringMatching(/^sha256:[0-9a-f]{64}$/);
