/** Thrown when a destination did not take a message after all attempts. Names the destination, never its address: an
 *  incoming webhook's URL is a secret. */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';
  readonly code = 'delivery-failed';
}

/** Thrown while a destination has its quiet hours and nothing in the digest is bad enough: it waits in the outbox. */
export class QuietHoursNow extends Error {
  override readonly name = 'QuietHoursNow';
  readonly code = 'quiet-hours';
}
