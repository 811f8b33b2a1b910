/** Thrown for a text that cannot be read to its end, because of what is at `offset`. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
