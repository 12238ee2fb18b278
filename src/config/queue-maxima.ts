/** Larger values in a pasted configuration are reduced to these. */
export const queueMaxima = { max_shards: 50, max_samples_per_send: 50_000 } as const;
