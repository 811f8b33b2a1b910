/** Thrown in the middle of a text that cannot be read to its end. `offset` is where that shows. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
