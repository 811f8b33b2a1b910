/** Thrown when a destination did not take a message after all attempts. Names the destination, never its address: an
 *  incoming webhook's URL is a secret. */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';
  readonly code = 'delivery-failed';
}
