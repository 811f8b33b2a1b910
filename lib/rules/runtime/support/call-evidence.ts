import type { RuntimeSubject } from '../../../facts/subjects.ts';
import type { AssumeEvents } from '../../../model/runtime.ts';
import { phrase } from '../../../text/message.ts';
import type { EvidenceDraft } from '../../failure.ts';
import type { PresentState } from './explain-failure.ts';

/** How often what failed and when: all of that changes from run to run though nothing else does. */
export const callEvidence = ({ failures, successes, region }: AssumeEvents): readonly EvidenceDraft[] => {
  const readFrom = `cloudtrail:LookupEvents in ${region}`;
  return [
    ...failures.map(
      ({ errorCode, errorMessage, count, lastAt }): EvidenceDraft => ({
        what: `calls that failed with ${errorCode}`,
        got: phrase('{count}, last at {lastAt}: {errorMessage}', { count, lastAt, errorMessage }),
        readFrom,
        volatile: true,
      }),
    ),
    { what: 'calls that succeeded', got: phrase('{successes}', { successes }), readFrom, volatile: true },
  ];
};

/** The role, and what its trust policy says of such a call now. */
export const stateEvidence = (state: PresentState, { roleArn }: RuntimeSubject): readonly EvidenceDraft[] => [
  { what: 'role', got: roleArn, readFrom: 'cloudtrail:LookupEvents' },
  ...(state.because === undefined
    ? []
    : // A sentence for people, whose words are not compared: the message says what was decided.
      [{ what: 'trust policy as it is now', got: state.because, readFrom: 'iam:ListRoles', volatile: true } as const]),
];
