import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { issuersOfPolicy } from '../../facts.ts';
import {
  buildPolicy,
  completeQuestion,
  type Decision,
  decide,
  defaultAudience,
  type JsonNode,
  locator,
  maxPolicyDepth,
  maxPolicyLength,
  type ParsedPolicy,
  parsePolicy,
  scanJson,
} from '../../policy.ts';
import { lineAt, safeJsonText } from '../../text.ts';

/** Longest line that is read, in characters; a longer one is answered with `unknown`. */
export const maxLineLength = 1_000_000;

/** Answers every line of a stream in order, at an instant (ISO 8601), in bounded memory; waits where the reader is slow. Empty lines are passed over. */
export const answerBatch = async (input: Readable, output: Writable, now: string): Promise<void> => {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let overlong = false;
  const answer = (line: string): string => {
    if (overlong) {
      overlong = false;
      return `${unknownLine('null', `the line is longer than ${maxLineLength} characters`)}\n`;
    }
    return line.trim() === '' ? '' : `${answerLine(line, now)}\n`;
  };
  for await (const chunk of input) {
    const text: string = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    const lines = (pending + text).split('\n');
    pending = lines.pop() ?? '';
    await write(output, lines.map(answer).join(''));
    if (pending.length > maxLineLength) {
      overlong = true;
      pending = '';
    }
  }
  pending += decoder.end();
  await write(output, answer(pending));
};

const write = async (output: Writable, text: string): Promise<void> => {
  if (text !== '' && !output.write(text)) await once(output, 'drain');
};

/** One question of a batch, one answer: JSON in, JSON out, never an exception. */

/** The answer to one line, without line feed: `{"id", "decision", "reasons"}`. A line that cannot be understood is
 *  answered with `unknown` and the reason. */
const answerLine = (line: string, now: string): string => {
  const scan = scanJson(line, maxPolicyDepth + 1);
  if (!scan.ok) return unknownLine('null', `column ${scan.at + 1}: ${scan.message}`);
  if (scan.root.kind !== 'object') return unknownLine('null', 'the line is no JSON object');
  const fields = new Map(scan.root.members.map(member => [member.key, member.value]));
  const idNode = fields.get('id');
  const id = idNode ? line.slice(idNode.at, idNode.end) : 'null';
  const answer = answerFields(line, fields, now);
  if (typeof answer === 'string') return unknownLine(id, answer);
  return safeJsonText(`{"id":${id},"decision":"${answer.decision}","reasons":${JSON.stringify(answer.reasons)}}`);
};

/** The answer to a line that was not even read. */
const unknownLine = (id: string, reason: string): string =>
  safeJsonText(`{"id":${id},"decision":"unknown","reasons":${JSON.stringify([reason])}}`);

type Fields = ReadonlyMap<string, JsonNode>;

const answerFields = (line: string, fields: Fields, now: string): Decision | string => {
  const subject = textOf(fields, 'sub');
  const audience = textOf(fields, 'aud');
  const issuer = textOf(fields, 'issuer');
  const roleArn = textOf(fields, 'roleArn');
  for (const field of [subject, audience, issuer, roleArn]) if (field.problem !== undefined) return field.problem;
  if (subject.text === undefined) return 'there is no "sub"';
  if (roleArn.text !== undefined && !/^arn:[a-z0-9-]+:iam::\d{12}:role\/./.test(roleArn.text))
    return `"roleArn" is ${JSON.stringify(roleArn.text.slice(0, 200))}, wanted arn:<partition>:iam::<12 digits>:role/<name>`;
  const parsed = policyOf(line, fields.get('policy'));
  if (typeof parsed === 'string') return parsed;
  if (!parsed.ok) {
    const { message, at } = parsed.problem;
    return `the policy cannot be read: line ${at.line}, column ${at.column}: ${message}`;
  }
  const { clusters, others } = issuersOfPolicy(parsed.policy);
  const [first, ...more] = issuer.text !== undefined ? [issuer.text] : clusters.length > 0 ? clusters : others;
  if (more.length > 0) return `the policy names ${more.length + 1} issuers: give one of them as "issuer"`;
  const question = completeQuestion(parsed.policy, { issuer: first, roleArn: roleArn.text });
  const request = { ...question, subject: subject.text, audience: audience.text ?? defaultAudience, now };
  return decide(parsed.policy, request);
};

/** A field that is absent or null has no text. */
const textOf = (fields: Fields, name: string): { readonly text?: string; readonly problem?: string } => {
  const node = fields.get(name);
  if (!node || node.kind === 'null') return {};
  return node.kind === 'string' ? { text: node.text } : { problem: `"${name}" is not a string` };
};

const policyOf = (line: string, node: JsonNode | undefined): ParsedPolicy | string => {
  if (!node || node.kind === 'null') return 'there is no "policy"';
  if (node.kind === 'string') return parsePolicy(node.text);
  const text = line.slice(node.at, node.end);
  if (text.length > maxPolicyLength)
    return `the policy has ${text.length} characters; at most ${maxPolicyLength} are read`;
  const locate = locator(text);
  return buildPolicy(node, {
    text,
    locate: offset => locate(offset - node.at),
    lineAt: offset => lineAt(text, offset - node.at),
  });
};
