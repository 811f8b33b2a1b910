import { namedError } from '../text.ts';

/** Thrown when a destination did not take a message after all attempts. Names the destination, never its address: an
 *  incoming webhook's URL is a secret. */
export const DeliveryFailed = namedError('DeliveryFailed', 'delivery-failed');
