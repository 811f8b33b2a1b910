import { audienceKey } from '../model.ts';
import { defaultAudience } from '../policy.ts';

/** The audience of the tokens that the webhook asks for, by the annotations of a service account. An empty annotation gives
 *  none (docs/facts.md §A.8). */
export const audienceAsked = (annotations: Readonly<Record<string, string>> | undefined): string =>
  annotations?.[audienceKey] ?? defaultAudience;
