import { afterEach } from 'vitest';

import { type FakeReceiver, type FakeReceiverOptions, startFakeReceiver } from './fake-receiver.ts';

export type StartReceiver = (options?: FakeReceiverOptions) => Promise<FakeReceiver>;

/** Starts receivers that end with the test. */
export function useReceivers(): StartReceiver {
  const started: FakeReceiver[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map(async (receiver) => receiver.close()));
  });
  return async (options) => {
    const receiver = await startFakeReceiver(options);
    started.push(receiver);
    return receiver;
  };
}
