/**
 * Runs a task for each input and yields the results in order. Keeps up to `inFlight` tasks running
 * while the consumer processes a result.
 */
export async function* mapConcurrently<Input, Output>(
  inputs: Iterable<Input>,
  inFlight: number,
  task: (input: Input) => Promise<Output>,
): AsyncGenerator<Output> {
  const iterator = inputs[Symbol.iterator]();
  const running: Promise<Output>[] = [];
  function fill(): void {
    while (running.length < inFlight) {
      const next = iterator.next();
      if (next.done === true) return;
      const promise = task(next.value);
      // Avoids an unhandled rejection: the task may fail before the loop below awaits it.
      promise.catch(() => undefined);
      running.push(promise);
    }
  }
  try {
    fill();
    for (let first = running.shift(); first !== undefined; first = running.shift()) {
      const output = await first;
      fill();
      yield output;
    }
  } finally {
    await Promise.allSettled(running);
  }
}
