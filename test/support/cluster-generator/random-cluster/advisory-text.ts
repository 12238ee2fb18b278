import type { Random } from '../random.ts';

/** A description, and whether it mentions remote code execution. */
export interface AdvisoryText {
  readonly description: string;
  readonly rce: boolean;
}

const RCE_SHARE = 0.015;

const FLAWS = [
  'does not check the declared length of',
  'trusts the offsets inside',
  'releases the same buffer twice while it reads',
  'keeps a pointer to memory that was already returned when it handles',
  'parses without any limit on depth or size',
  'compares with a signed counter the size of',
  'reads past the end of the input on',
  'forgets to lock the shared table before it changes',
  'accepts, without a look at the sender,',
  'leaves behind, in a temporary directory that others can write,',
] as const;

const SUBJECTS = [
  'a certificate chain with a cyclic issuer',
  'a header block split over many frames',
  'an archive entry whose name climbs out of the target directory',
  'a compressed record that unpacks to many times its size',
  'an image with a negative tile width',
  'a host name with embedded zero bytes',
  'a locale file with overlapping ranges',
  'a session ticket that was issued before a key change',
  'a document with deeply nested entities',
  'a range request with several thousand parts',
  'an expression with nested repetitions',
  'a cookie for a public suffix',
] as const;

const PLACES = [
  'the decoder',
  'the record layer',
  'the option parser',
  'the resource loader',
  'the name resolver',
  'the stream multiplexer',
  'the source map reader',
  'the signal handler',
  'the table builder',
  'the key schedule',
  'the template engine',
  'the retry path',
] as const;

const EFFECTS = [
  'make the process stop answering',
  'exhaust the memory of the container',
  'read up to sixteen bytes of neighbouring memory',
  'learn which of two keys was used',
  'write outside the directory it was meant for',
  'have a forged answer accepted and cached',
  'send a request to a host that should not be reachable',
  'raise the rights of a local account',
  'show a stale certificate as valid',
  'slip a second request past a proxy',
] as const;

const RCE_EFFECTS = [
  'run arbitrary code with the rights of the service',
  'reach remote code execution before any log-in',
  'gain code execution in the worker process',
  'inject arbitrary commands into the shell call that follows',
  'turn a file name into a command injection',
  'turn the overflow into an RCE with a single packet',
] as const;

const ATTACKERS = [
  'A client that can reach the port',
  'A user with an account',
  'The operator of a malicious server',
  'A local user',
  'A user who can place a file in the search path',
  'A peer on the same network',
] as const;

const REMARKS = [
  'Builds without assertions show no message and go on with the damaged state.',
  'The fault shows only when keep-alive is on and more than one worker is running.',
  'Configurations that turn off legacy encodings are not affected.',
  'A first attempt at a fix closed one of two code paths, so that the release which followed is affected as well.',
  'On 32-bit platforms the counter wraps earlier and far less data is needed.',
  'Services that check the size of the input themselves are out of reach of the fault.',
  'The maintainers rate the issue lower than others, since the function is meant for trusted input.',
  'As a workaround the feature can be switched off until the package is updated.',
  'Downstream projects that carry a copy of the file need the same change.',
  'The default limits of container platforms soften the effect to a restart.',
  'It was found by fuzzing, and no use outside of a laboratory is known.',
] as const;

/** Writes an advisory of two sentences and a random number of remarks, usually few. */
export function advisoryText(component: string, random: Random): AdvisoryText {
  const rce = random.chance(RCE_SHARE);
  const effect = random.pick(rce ? RCE_EFFECTS : EFFECTS);
  const flaw = `${random.pick(FLAWS)} ${random.pick(SUBJECTS)}`;
  const before = `${1 + random.below(9)}.${random.below(40)}.${random.below(12)}`;
  const sentences = [
    `In ${component} before ${before}, ${random.pick(PLACES)} ${flaw}.`,
    `${random.pick(ATTACKERS)} can use this to ${effect}.`,
  ];
  const remarks = Math.floor(random.next() ** 3 * 10);
  const first = random.below(REMARKS.length);
  for (let index = 0; index < remarks; index++) {
    sentences.push(REMARKS[(first + index) % REMARKS.length] ?? '');
  }
  return { description: sentences.join(' '), rce };
}
