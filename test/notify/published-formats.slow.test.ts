import { readFileSync } from 'node:fs';
import type { AwsSecurityFinding, BatchImportFindingsRequest } from '@aws-sdk/client-securityhub';
import { describe, expect, test } from '@jest/globals';
import type { KnownBlock, RichTextBlock } from '@slack/types';
import { AdaptiveCard, SerializationContext, Versions } from 'adaptivecards';
import { Ajv } from 'ajv';
import type { Digest } from '../../lib/history/transition.ts';
import { chatbotMessage } from '../../lib/notify/chatbot-message.ts';
import { securityFinding } from '../../lib/notify/security-finding.ts';
import { slackMessage } from '../../lib/notify/slack-message.ts';
import { adaptiveCard, teamsMessage } from '../../lib/notify/teams-message.ts';
import { testDigest } from '../../lib/notify/test-digest.ts';
import { given } from '../../lib/text/given.ts';
import { aFinding, aTransition, known } from '../report/sample-report.ts';
import { fc } from '../support/properties.ts';
import { casesOf } from '../support/sample.ts';
import { anyDigest, anyTransition } from './any-digest.ts';
import { aDigest, aHostileDigest } from './sample-digest.ts';

/** Every message against what its receiver publishes; what that is: test/fixtures/schemas/README.md. */
const samples: readonly Digest[] = [aDigest(), aHostileDigest(100), testDigest('2026-11-01T06:00:00.000Z')];
const everyDigest = (check: (digest: Digest) => void): void => {
  for (const digest of samples) check(digest);
  // To shrink digests of this size takes minutes.
  fc.assert(fc.property(anyDigest, check), { numRuns: casesOf(8), endOnFailure: true });
};
const lengths = (texts: readonly string[], most: number): void => {
  for (const text of texts) {
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(most);
  }
};

describe('Block Kit', () => {
  /** The compiler holds the message to Slack's own types here. */
  const blocksOf = (digest: Digest): readonly KnownBlock[] => slackMessage(digest).blocks;
  const textsOf = ({ elements }: RichTextBlock): readonly string[] =>
    elements.flatMap(part =>
      part.elements.flatMap(element => ('text' in element && element.text !== undefined ? [element.text] : [])),
    );

  test('keeps to the limits of each block', () => {
    everyDigest(digest => {
      for (const block of blocksOf(digest)) {
        if (block.type === 'header') lengths([block.text.text], 150);
        else if (block.type === 'rich_text') lengths(textsOf(block), 3000);
        else if (block.type === 'context') expect(block.elements).toHaveLength(1);
        else if (block.type === 'actions') {
          const buttons = block.elements.flatMap(element => (element.type === 'button' ? [element] : []));
          expect(buttons).toHaveLength(block.elements.length);
          lengths([...new Set(buttons.map(({ action_id = '' }) => action_id))], 255);
          expect(new Set(buttons.map(({ action_id }) => action_id)).size).toBe(buttons.length);
          lengths(
            buttons.map(({ text }) => text.text),
            75,
          );
          lengths(
            buttons.map(({ url = '' }) => url),
            3000,
          );
        } else expect(block).toEqual({ type: 'divider' });
      }
    });
  });

  test('keeps to the limits of a message', () => {
    everyDigest(digest => {
      const { text, blocks } = slackMessage(digest);
      // Of the 150 characters of the title each may be an entity. Slack takes 40,000.
      lengths([text], 5 * 150);
      expect(blocks.length).toBeLessThanOrEqual(50);
      expect(new Set(blocks.map(({ block_id }) => block_id))).toEqual(new Set([undefined]));
      expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(13_200);
      expect(JSON.stringify(blocks)).not.toMatch(/"mrkdwn"|javascript:/);
    });
  });

  test('shows at least one change whole, and counts the rest', () => {
    everyDigest(digest => {
      const shown = blocksOf(digest).filter(({ type }) => type === 'divider').length;
      const all = digest.transitions.length + digest.factChanges.length;
      expect(shown).toBeGreaterThanOrEqual(1);
      expect(JSON.stringify(blocksOf(digest)).includes(`"${all - shown} more: "`)).toBe(shown < all);
    });
  });

  test('shows a command whole or not at all', () => {
    const commands = ['a'.repeat(120), 'a'.repeat(121), '\u{e0001}'.repeat(20)];
    const shown = commands.map(command => {
      const finding = aFinding({ fix: { summary: 'x', commands: [command] } });
      const blocks = blocksOf(aDigest({ transitions: [aTransition({ after: known(finding) })], factChanges: [] }));
      return blocks.flatMap(block => (block.type === 'rich_text' ? textsOf(block) : [])).at(-1);
    });
    const instead = expect.stringMatching(/^irsa-auditor findings show [0-9a-f]{8}$/);
    expect(shown).toEqual([commands[0], instead, instead]);
  });

  test('leaves out a link that no button takes, and nothing else', () => {
    const report = `https://reports.example/${'r'.repeat(3000)}`;
    const actions = (links: Digest['links']) => blocksOf(aDigest({ links })).filter(({ type }) => type === 'actions');
    expect(JSON.stringify(actions({ report: 'https://r.example/a.html' }))).toContain('a.html#finding=');
    expect(JSON.stringify(actions({ report, console: 'https://c.example' }))).toContain('https://c.example');
    expect(JSON.stringify(actions({ report, console: 'https://c.example' }))).not.toContain('rrrr');
    expect(actions({ report })).toEqual([]);
  });
});

describe('an Adaptive Card', () => {
  const complaints = (value: object): readonly string[] => {
    const context = new SerializationContext(Versions.v1_4);
    const card = new AdaptiveCard();
    card.parse(value, context);
    const parsing = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index));
    return [...parsing, ...card.validateProperties().validationEvents].map(({ message }) => message);
  };

  test('is taken by its own library without a complaint', () => {
    everyDigest(digest => expect(complaints(adaptiveCard(digest))).toEqual([]));
  });

  test('is under 28 KB with its envelope, in bytes', () => {
    everyDigest(digest => expect(Buffer.byteLength(JSON.stringify(teamsMessage(digest)))).toBeLessThan(28_000));
  });

  test.each<readonly [string, object]>([
    ['an element that is not known', { body: [{ type: 'Paragraph', text: 'x' }] }],
    ['an element of a later version', { body: [{ type: 'Table' }], version: '1.4' }],
    ['a colour that is not one', { body: [{ type: 'TextBlock', text: 'x', color: 'crimson' }] }],
    ['an action that is not known', { actions: [{ type: 'Action.Run', title: 'x' }] }],
    ['an action without its address', { actions: [{ type: 'Action.OpenUrl', title: 'x' }] }],
  ])('with %s is refused', (_, over) => {
    expect(complaints({ ...adaptiveCard(aDigest()), ...over })).not.toEqual([]);
  });
});

describe('a chat notification', () => {
  const validate = new Ajv().compile(JSON.parse(readFileSync('test/fixtures/schemas/chat-notification.json', 'utf8')));

  test('has the documented fields and no other', () => {
    everyDigest(digest => {
      expect(validate(chatbotMessage(digest)) ? [] : validate.errors).toEqual([]);
      expect(JSON.stringify(chatbotMessage(digest))).not.toMatch(/<|@[^ …]/);
    });
  });

  test.each<readonly [string, object]>([
    ['a field that is not documented', { detail: 'x' }],
    ['another source', { source: 'irsa-auditor' }],
    ['a number for the version', { version: 1 }],
    ['no description', { content: { title: 'x' } }],
    ['context that is not text', { metadata: { additionalContext: { count: 1 } } }],
  ])('with %s is refused', (_, over) => {
    expect(validate({ ...chatbotMessage(aDigest()), ...over })).toBe(false);
  });
});

describe('the AWS Security Finding Format', () => {
  const place = { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' };
  const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
  const namespaces =
    /^(Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)(\/[^/]+){0,2}$/;
  const isText = (text: string | undefined, most: number): void => {
    expect(text).toMatch(/\S/);
    expect(text?.length).toBeLessThanOrEqual(most);
    expect(text?.isWellFormed()).toBe(true);
  };
  const check = (finding: AwsSecurityFinding): void => {
    isText(finding.Id, 512);
    isText(finding.GeneratorId, 512);
    isText(finding.ProductName, 128);
    isText(finding.Title, 256);
    isText(finding.Description, 1024);
    isText(finding.Remediation?.Recommendation?.Text, 512);
    expect(finding.AwsAccountId).toMatch(/^\d{12}$/);
    expect(finding.ProductArn).toBe('arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default');
    for (const at of [finding.CreatedAt, finding.UpdatedAt]) expect(at).toMatch(moment);
    for (const type of finding.Types ?? []) expect(type).toMatch(namespaces);
    const { Severity, Types, RelatedFindings } = finding;
    expect(finding.FindingProviderFields).toEqual({ Severity, Types, ...given({ RelatedFindings }) });
    for (const [key, value] of Object.entries(finding.ProductFields ?? {})) {
      isText(key, 128);
      isText(value, 2048);
    }
    expect(finding.Resources).toHaveLength(1);
    for (const { Id, Type, Region = 'r', Partition = 'aws' } of finding.Resources ?? []) {
      isText(Id, 512);
      isText(Type, 256);
      isText(Region, 16);
      expect(['aws', 'aws-cn', 'aws-us-gov']).toContain(Partition);
    }
    expect(Buffer.byteLength(JSON.stringify(finding))).toBeLessThan(240_000);
  };

  test('has the lengths and forms that are documented', () => {
    fc.assert(
      fc.property(anyTransition, transition => check(securityFinding(transition, place))),
      { endOnFailure: true },
    );
    for (const { transitions } of samples) for (const one of transitions) check(securityFinding(one, place));
  });

  test.each(['x', 'xx'])('cuts no character in half, wherever the limit falls: after %s', start => {
    const text = `${start}${'😀'.repeat(600)}`;
    const finding = aFinding({ message: text, subject: text, fix: { summary: text, commands: [] } });
    check(securityFinding(aTransition({ after: known(finding) }), place));
  });

  test('a hundred of the longest are a request of less than 6 MB', () => {
    const finding = aFinding({ message: '\u{e0001}'.repeat(2000), subject: '名'.repeat(2000) });
    const longest = aTransition({ after: known(finding) });
    const request: BatchImportFindingsRequest = { Findings: Array(100).fill(securityFinding(longest, place)) };
    expect(Buffer.byteLength(JSON.stringify(request))).toBeLessThan(6_000_000);
  });

  test.each([
    ['aws-us-gov', { Partition: 'aws-us-gov' }],
    ['aws-iso', {}],
  ])('of a resource in %s it says only a partition that it knows', (partition, said) => {
    const subject = `arn:${partition}:iam::111122223333:role/r`;
    const finding = securityFinding(aTransition({ after: known(aFinding({ subject })) }), place);
    const resource = { Type: 'AwsIamRole', Id: subject, Region: 'eu-west-1' };
    expect(finding.Resources).toEqual([{ ...resource, ...said }]);
  });

  test('a finding that no longer counts is archived; an explained one stays, related to its cause', () => {
    const states = (['open', 'explained', 'resolved', 'waived'] as const).map(status =>
      securityFinding(aTransition({ after: known(aFinding(), { status }) }), place),
    );
    expect(
      states.map(({ RecordState, Workflow, Compliance }) => [RecordState, Workflow?.Status, Compliance?.Status]),
    ).toEqual([
      ['ACTIVE', 'NEW', 'FAILED'],
      ['ACTIVE', 'NOTIFIED', 'FAILED'],
      ['ARCHIVED', 'RESOLVED', 'PASSED'],
      ['ARCHIVED', 'SUPPRESSED', 'FAILED'],
    ]);
    const cause = aFinding({ ruleId: 'cluster-provider-missing' });
    const after = known(aFinding(), { status: 'explained', explainedBy: cause.id });
    const explained = securityFinding(aTransition({ kind: 'explained', after }), place);
    check(explained);
    const related = [
      { ProductArn: explained.ProductArn, Id: securityFinding(aTransition({ after: known(cause) }), place).Id },
    ];
    expect(explained).toMatchObject({ RelatedFindings: related, FindingProviderFields: { RelatedFindings: related } });
  });
});
