import type { Digest } from '../../lib/history/transition.ts';
import { severities } from '../../lib/model/finding.ts';
import { aFinding, aTransition, hostileName, known } from '../report/sample-report.ts';
import { aChangeEvent } from '../support/drift-builders.ts';
import { fc } from '../support/properties.ts';
import { aDigest } from './sample-digest.ts';

const longText = (unit: 'grapheme' | 'binary') => fc.string({ unit, maxLength: 900, size: 'max' });
const repeated = (...parts: readonly string[]) =>
  fc.tuple(fc.constantFrom(...parts), fc.integer({ min: 1, max: 900 })).map(([part, times]) => part.repeat(times));

/** Text of the world with something in it: anything; what breaks formats; what grows when it is escaped or encoded. */
const anyText = fc
  .oneof(longText('grapheme'), longText('binary'), repeated('\u{e0001}', '\u202e', '名', '😀', '"\\', '<@U1>'))
  .map(text => `x${text}`);
const anySubject = fc.oneof(
  anyText,
  fc
    .tuple(fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-eusc'), anyText)
    .map(([partition, name]) => `arn:${partition}:iam::111122223333:role/${name}`),
);

/** Any transition: its texts are whatever the world holds. */
export const anyTransition = fc
  .record({
    finding: fc.record({
      severity: fc.constantFrom(...severities),
      impact: fc.constantFrom('breaks', 'exposes', 'hygiene'),
      message: anyText,
      subject: anySubject,
      clusterName: fc.oneof(anyText, fc.constant(hostileName)),
      fix: fc.record({ summary: anyText, commands: fc.array(anyText, { maxLength: 1 }) }),
    }),
    status: fc.constantFrom('open', 'resolved'),
    actor: fc.option(anyText),
  })
  .map(({ finding, status, actor }) =>
    aTransition({
      kind: status === 'open' ? 'opened' : 'resolved',
      after: known(aFinding(finding), { status }),
      ...(actor === null ? {} : { changedBy: [aChangeEvent({ actor, sourceIp: actor })] }),
    }),
  );

/** Any digest: small ones and ones that fit nowhere, with links that fit and links that do not. */
export const anyDigest: fc.Arbitrary<Digest> = fc
  .record({
    transitions: fc.array(anyTransition, { maxLength: 20, size: 'max' }),
    subject: anyText,
    report: fc.constantFrom('https://reports.example/r', `https://reports.example/${'r'.repeat(3000)}`, 'http://x'),
  })
  .map(({ transitions, subject, report }) =>
    aDigest({
      transitions,
      factChanges: aDigest().factChanges.map(change => ({ ...change, subject })),
      links: { report, console: 'https://console.example/execution' },
    }),
  );
