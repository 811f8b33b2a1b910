import { expect, test } from '@jest/globals';
import { chatbotMessage } from '../../lib/notify/chatbot-message.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';

const described = (report: string) =>
  chatbotMessage({ ...aDigest(openedOf([aRoleFinding('cart')])), links: { report } }).content.description;

test('an address of the report stands in a chat message, by itself and with each finding', () => {
  const report = 'https://example.com/report.html';
  expect(described(report).split(report)).toHaveLength(3);
});

test.each([
  'https://example.com/<!channel>.html',
  'https://example.com/@here.html',
  'https://example.com/*a*.html',
  'http://example.com/report.html',
  `https://example.com/${'x'.repeat(301)}.html`,
])('an address that a chat client takes for something else is left out: %s', report => {
  expect(described(report)).not.toContain('example.com');
});

test('the rules of the changes that are shown are the keywords, and five resources stand for all', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const findings = names.map(name => aRoleFinding(name, { ruleId: `rule-${name}` }));
  const { content, metadata } = chatbotMessage(aDigest(openedOf(findings)));
  expect(content.keywords).toEqual(names.slice(0, 3).map(name => `rule-${name}`));
  expect(metadata).toMatchObject({ relatedResources: findings.slice(0, 5).map(({ subject }) => subject) });
});
