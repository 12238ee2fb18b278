import type { IncomingMessage } from 'node:http';

import { z } from 'zod';

import type { Response } from './answer.ts';
import { json } from './answer.ts';

/** User name; `true` for the default user, `false` for an unknown one. */
export type Authenticate = (request: IncomingMessage) => boolean | { readonly user: string };

/** Whether a user may not do something. No namespace means the whole cluster. */
export type Forbid = (verb: string, resource: string, namespace: string | undefined) => boolean;

export const DEFAULT_USER = 'system:serviceaccount:kubescape:kubescape-push';

/** Accepts requests with this token. */
export function withToken(token: string, user = DEFAULT_USER): Authenticate {
  return ({ headers }) => (headers.authorization === `Bearer ${token}` ? { user } : false);
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
