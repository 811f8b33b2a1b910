import type { Notifier } from '../audit/ports.ts';
import { mustWait, type QuietHours, type RoutingFilter, routeDigest } from '../history/routing.ts';

/** The filter and the hours of a destination. */
interface NotifierRoute {
  readonly when?: RoutingFilter | undefined;
  readonly quietHours?: QuietHours | undefined;
}

/** A destination that gets only what it wants. In quiet hours the digest is held: it waits in the outbox and
 *  goes out with the first run after them. A transition that it filters out counts as sent. `now` is ISO 8601. */
export const routedNotifier = (
  inner: Notifier,
  route: NotifierRoute,
  now: () => string,
): Notifier & Required<Pick<Notifier, 'wanted'>> => ({
  name: inner.name,
  ...(inner.everyFinding ? { everyFinding: true } : {}),
  wanted: digest => routeDigest(digest, route.when),
  send: async digest => {
    const wanted = routeDigest(digest, route.when);
    if (wanted === undefined) return 'sent';
    if (route.quietHours !== undefined && mustWait(wanted, route.quietHours, now())) return 'held';
    return inner.send(wanted);
  },
});
