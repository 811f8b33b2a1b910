import type { Collected, Gap } from './collected.ts';

/** AssumeRoleWithWebIdentity calls of one role and subject that CloudTrail saw (docs/facts.md §E.3), counted. */
export interface AssumeEvents {
  readonly roleArn: string;
  /** `system:serviceaccount:<ns>:<name>`; absent where the event does not carry it. */
  readonly subject?: string;
  readonly providerArn?: string;
  readonly region: string;
  readonly successes: number;
  readonly failures: readonly AssumeFailure[];
  readonly userAgents: readonly string[];
  /** Those of them by which a call succeeded; absent where the calls were not told apart. */
  readonly workingAgents?: readonly string[];
  /** `IAMTrustStore` or `Thumbprint`, as seen. */
  readonly verificationMethods: readonly string[];
  readonly lastAt: string;
}

/** Failures with one error code and message, in the event's own words. */
export interface AssumeFailure {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly count: number;
  readonly lastAt: string;
}

/** The calls in CloudTrail of one window. No event is not health (docs/facts.md §0.9). */
export interface RuntimeFacts {
  readonly from: string;
  readonly to: string;
  readonly events: readonly AssumeEvents[];
}

/** Calls that were counted once and for all, in one region: no later run asks for them again. */
interface SeenStretch {
  /** ISO 8601; `to` is not part of it. */
  readonly from: string;
  readonly to: string;
  readonly events: readonly AssumeEvents[];
  /** Its unread parts. */
  readonly gaps: readonly Gap[];
}

/** The windows of CloudTrail that an account's runs have read, by region. */
export type SeenCalls = Readonly<
  Record<
    string,
    {
      /** ISO 8601: everything before has been read, or is told as a gap. */
      readonly until: string;
      readonly stretches: readonly SeenStretch[];
    }
  >
>;

/** The calls that were seen; none where CloudTrail was not read. */
export const assumeEventsOf = (runtime: Collected<RuntimeFacts>): readonly AssumeEvents[] =>
  runtime.status === 'unavailable' ? [] : runtime.value.events;

/** User agents that are seen to work: a call by them succeeded, or every call did. */
export const workingAgentsOf = ({ workingAgents, userAgents, successes, failures }: AssumeEvents): readonly string[] =>
  workingAgents ?? (successes > 0 && failures.length === 0 ? userAgents : []);
