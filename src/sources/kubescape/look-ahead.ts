/**
 * Gives the results of tasks in order, with up to `inFlight` of them under way: also while the
 * consumer is busy with a result, so that the server works while this process counts.
 */
export async function* lookAhead<Input, Output>(
  inputs: Iterable<Input>,
  inFlight: number,
  task: (input: Input) => Promise<Output>,
): AsyncGenerator<Output> {
  const iterator = inputs[Symbol.iterator]();
  const waiting: Promise<Output>[] = [];
  function fill(): void {
    while (waiting.length < inFlight) {
      const next = iterator.next();
      if (next.done === true) return;
      const running = task(next.value);
      // It may fail before anyone waits for it; whoever does then still learns of it.
      running.catch(() => undefined);
      waiting.push(running);
    }
  }
  try {
    fill();
    for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) {
      const output = await first;
      fill();
      yield output;
    }
  } finally {
    await Promise.allSettled(waiting);
  }
}
