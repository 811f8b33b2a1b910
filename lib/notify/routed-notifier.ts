import type { Notifier } from '../audit/ports.ts';
import { mustWait, type QuietHours, type RoutingFilter, routeDigest } from '../core/drift/routing.ts';
import { QuietHoursNow } from './errors.ts';

/** What a destination wants and when. */
export interface Route {
  readonly when?: RoutingFilter | undefined;
  readonly quietHours?: QuietHours | undefined;
}

/** A destination that gets only what it wants. In quiet hours it throws `QuietHoursNow`, so that the digest waits in the
 *  outbox and goes out with the first run after them. `now` is ISO 8601. */
export const routedNotifier = (inner: Notifier, route: Route, now: () => string): Notifier => ({
  name: inner.name,
  send: async digest => {
    const wanted = routeDigest(digest, route.when);
    if (wanted === undefined) return;
    if (route.quietHours !== undefined && mustWait(wanted, route.quietHours, now()))
      throw new QuietHoursNow(
        `${inner.name} has quiet hours until ${route.quietHours.to} (${route.quietHours.timeZone})`,
      );
    await inner.send(wanted);
  },
});
