import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

import { z } from 'zod';

import type { Response } from './answer.ts';
import { json } from './answer.ts';

/** Who is asking; `true` for the default user, `false` for nobody known. */
export type Authenticate = (request: IncomingMessage) => boolean | { readonly user: string };

/** What a user must not do. No namespace means the whole cluster. */
export type Forbid = (verb: string, resource: string, namespace: string | undefined) => boolean;

export const DEFAULT_USER = 'system:serviceaccount:kubescape:kubescape-push';

/** Lets in who shows this token. */
export function withToken(token: string, user = DEFAULT_USER): Authenticate {
  return ({ headers }) => (headers.authorization === `Bearer ${token}` ? { user } : false);
}

/** Lets in who shows a certificate that the server's CA has signed, under its common name. */
export function withClientCertificate(): Authenticate {
  return ({ socket }) => {
    if (!(socket instanceof TLSSocket) || !socket.authorized) return false;
    const { CN: name } = socket.getPeerCertificate().subject;
    return typeof name === 'string' ? { user: name } : false;
  };
}

const Review = z.looseObject({
  spec: z.looseObject({
    resourceAttributes: z
      .looseObject({
        verb: z.string().default('*'),
        resource: z.string().default('*'),
        namespace: z.string().optional(),
      })
      .optional(),
  }),
});

/** Answers a SelfSubjectAccessReview. */
export function review(text: string, forbid: Forbid): Response {
  const sent = Review.parse(JSON.parse(text));
  const { verb = '', resource = '', namespace = '' } = sent.spec.resourceAttributes ?? {};
  const allowed = !forbid(verb, resource, namespace === '' ? undefined : namespace);
  return json(201, {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: sent.spec,
    status: { allowed },
  });
}
