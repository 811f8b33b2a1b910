import type { CoverageGap } from '../rules/evaluate/evaluation.ts';

/** Gaps by cause: twenty hosts that cannot be reached are not twenty faults. JSON has each. */
export const gapsByCause = (gaps: readonly CoverageGap[]): readonly (readonly CoverageGap[])[] => [
  ...Map.groupBy(gaps, ({ reason }) =>
    [reason.kind, reason.permission, reason.message.replace(hostOrArn, '…')].join(' '),
  ).values(),
];

/** What differs between failures that have one cause: names of hosts, ARNs, ids of requests. */
const hostOrArn = /arn:[^\s"']+|[\w-]+(?:\.[\w-]+)+(?::\d+)?|[0-9a-f]{8}-[0-9a-f-]{27}/gi;
