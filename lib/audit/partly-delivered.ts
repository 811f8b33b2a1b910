import type { Digest } from '../history/transition.ts';

/** Thrown where a destination took a part of a digest: `left` is the rest, under the same id. It waits alone; what was
 *  taken is not sent again. */
export class PartlyDelivered extends Error {
  override readonly name = 'PartlyDelivered';
  readonly code = 'partly-delivered';
  readonly left: Digest;

  constructor(message: string, left: Digest, options?: ErrorOptions) {
    super(message, options);
    this.left = left;
  }
}
