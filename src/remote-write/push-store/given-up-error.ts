/** A batch is not sent any more, because newer ones needed its room. */
export class GivenUpError extends Error {
  override readonly name = 'GivenUpError';

  constructor() {
    super('it was given up to make room');
  }
}
