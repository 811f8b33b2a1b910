import { describe, expect, test } from '@jest/globals';
import { chatbotMessage } from '../../lib/notify/chatbot-message.ts';
import { slackMessage } from '../../lib/notify/slack-message.ts';
import { adaptiveCard } from '../../lib/notify/teams-message.ts';
import { digestJson } from '../../lib/report/digest/digest-json.ts';
import { digestText } from '../../lib/report/digest/digest-text.ts';
import { formats } from '../../lib/report/formats.ts';
import { safeJson, visible } from '../../lib/text/visible-text.ts';
import { aHostileDigest } from '../notify/sample-digest.ts';
import { fc } from '../support/properties.ts';
import { aHostileReport, known } from './sample-report.ts';

const names = [
  'error',
  'ERROR',
  'warning',
  'notice',
  'debug',
  'group',
  'endgroup',
  'echo',
  'add-mask',
  'add-path',
  'add-matcher',
  'remove-matcher',
  'set-output',
  'set-env',
  'save-state',
  'stop-commands',
  'internal-set-repo-path',
];
/** Commands whole and in pieces, with what hides or moves them to the start of a line. */
const pieces = fc.constantFrom(
  ...names.flatMap(name => [`::${name}::x`, `::${name} file=a::x`, `::${name}`, name]),
  ...['##[error]x', '##[add-mask]high', '##vso[task.setvariable variable=a]b', "##teamcity[message text='x']"],
  ...['::', ':', ':::', '##', '#', '[', 'vso', ']', ' ', '\n', '\r', '\r\n', '\t', '\u2028', '\u0085'],
  ...[
    '\u202e',
    '\u200b',
    '\u2066',
    '\u001b[31m',
    '\u0000',
    'x'.repeat(61),
    'word ',
    '%0A',
    '%3A',
    '\\n',
    '"',
    '`',
    '|',
  ],
);
const hostile = fc.array(pieces, { minLength: 1, maxLength: 14 }).map(parts => parts.join(''));

/** Of GitHub those that forge or hide something anywhere, every one at the start of a line; of the others all. */
const command =
  /::((add|remove|save|set|internal)-[a-z]|(warning|error|notice|stop-commands)(?![\w…-]))|^\s*::[a-z]|##(vso|teamcity)?\[/im;
const control = /[\p{Cf}\p{Zl}\p{Zp}]|(?![\n\r])\p{Cc}/u;

/** A line of the GitHub format is one command of its own: what follows its title is the world's. */
const withoutOwn = (name: string, text: string): string =>
  name === 'github' ? text.replace(/^::(error|warning|notice) title=[^:]*::/gm, ' ') : text;

describe('no text of the world is a command to a log, a control or a direction mark', () => {
  test.each(formats.map(format => [format.name, format] as const))('in %s', (name, { render }) => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 40, max: 120 }), (text, width) => {
        const output = withoutOwn(name, render(aHostileReport(text), { colour: false, width }));
        expect(output).not.toMatch(command);
        expect(output).not.toMatch(control);
      }),
    );
  });

  test.each<readonly [string, (digest: ReturnType<typeof aHostileDigest>) => string]>([
    ['the text of a digest', digest => `${digestText(digest).subject}\n${digestText(digest).body}`],
    [
      'the text of a weekly summary',
      digest => {
        const findings = digest.transitions.map(({ after }) => known(after.finding));
        return digestText({ ...digest, transitions: [], stillOpen: { findings, beyond: 1 } }).body;
      },
    ],
    ['a Slack message', digest => safeJson(slackMessage(digest))],
    ['a Teams card', digest => safeJson(adaptiveCard(digest))],
    ['a chat message', digest => safeJson(chatbotMessage(digest))],
    ['a digest as JSON', digest => safeJson(digestJson(digest))],
  ])('in %s', (_, write) => {
    fc.assert(
      fc.property(hostile, text => {
        const output = write(aHostileDigest(3, text));
        expect(output).not.toMatch(command);
        expect(output).not.toMatch(control);
      }),
    );
  });

  test('JSON still parses to the same value', () => {
    fc.assert(
      fc.property(hostile, text => expect(JSON.parse(safeJson({ [text]: [text] }))).toEqual({ [text]: [text] })),
    );
  });

  test('ARNs, subjects, URLs and prices stay as they are', () => {
    for (const text of [
      'arn:aws:iam::111122223333:role/error',
      'arn:aws:iam::aws:policy/ReadOnlyAccess',
      'arn:aws:s3:::notice-board/x and more',
      'system:serviceaccount:error:warning',
      'https://oidc.eks.eu-west-1.amazonaws.com/id/A',
      'fe80::1, 2001:db8::a',
      '## Findings [3]',
      'the trust policy of AWS::IAM::Role Open, AWS::XRay::Group',
      'a namespace: ::1 and a::b',
    ])
      expect(visible(text)).toBe(text);
  });
});
