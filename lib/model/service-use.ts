/** Which of the services that its policies allow a role has ever called: the report of IAM's last accessed information. */
import type { Collected } from './collected.ts';

/** The report on one role. IAM tracks 400 days (docs/facts.md §M). */
export interface ServiceUse {
  /** When the report was made, ISO 8601. */
  readonly at: string;
  /** The number of services that the report lists: those that the role's own policies allow. */
  readonly services: number;
  /** The namespaces of those without an access in the time that IAM tracks, sorted: `dynamodb`, `s3`. */
  readonly unused: readonly string[];
}

/** By the ARN of the role. A role of a complete section that is not here was not asked about: it is new, or was not used. */
export type ServiceUses = Readonly<Record<string, Collected<ServiceUse>>>;

/** The days for which IAM tracks the last use of a role, and of services by it (docs/facts.md §G, §M). */
export const trackedDays = 400;
