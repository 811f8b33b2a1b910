/**
 * Reading statements of PartiQL over a local table, whose emulator has none: `SELECT … FROM "table"."index" WHERE … AND …`, with equality and
 * `begins_with`. Source: DynamoDB Developer Guide, "PartiQL select statements for DynamoDB".
 */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type Answer, errorAnswer, jsonAnswer } from './answers.ts';
import type { Allowed } from './backends.ts';

const form = /^\s*SELECT\s+([\s\S]+?)\s+FROM\s+"([^"]+)"(?:\."([^"]+)")?(?:\s+WHERE\s+([\s\S]+?))?\s*;?\s*$/i;
const equals = /^"?(\w+)"?\s*=\s*'([^']*)'$/;
const begins = /^begins_with\(\s*"?(\w+)"?\s*,\s*'([^']*)'\s*\)$/i;

/** Answers `ExecuteStatement`; undefined for any other request. */
export const partiqlAnswer = async ({ call }: Allowed, endpoint: string): Promise<Answer | undefined> => {
  if (`${call.service}:${call.operation}` !== 'dynamodb:ExecuteStatement') return undefined;
  const statement = String(call.input.Statement);
  const [, columns, TableName, IndexName, where = ''] = form.exec(statement) ?? [];
  const tests = where
    .split(/\s+AND\s+/i)
    .filter(text => text !== '')
    .map(text => ({ text, equal: equals.exec(text.trim()), prefix: begins.exec(text.trim()) }));
  if (columns === undefined || tests.some(({ equal, prefix }) => equal === null && prefix === null))
    return errorAnswer(call, 'ValidationException', `Statement wasn't well formed, can't be processed: ${statement}`);
  const names = columns.trim() === '*' ? [] : columns.split(',').map(name => name.trim().replaceAll('"', ''));
  const found = tests.map(({ equal, prefix }) => equal ?? prefix ?? ['', '', '']);
  const conditions = tests.map(({ equal }, at) =>
    equal === null ? `begins_with(#w${at}, :w${at})` : `#w${at} = :w${at}`,
  );
  const placeholders = Object.fromEntries([
    ...names.map((name, at) => [`#n${at}`, name]),
    ...found.map(([, name = ''], at) => [`#w${at}`, name]),
  ]);
  const client = new DynamoDBClient({
    region: call.region,
    endpoint,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const answer = await client.send(
    new ScanCommand({
      TableName,
      ...(IndexName === undefined ? {} : { IndexName }),
      ...(names.length === 0 ? {} : { ProjectionExpression: names.map((_, at) => `#n${at}`).join(', ') }),
      ...(conditions.length === 0
        ? {}
        : {
            FilterExpression: conditions.join(' AND '),
            ExpressionAttributeValues: Object.fromEntries(found.map(([, , text = ''], at) => [`:w${at}`, { S: text }])),
          }),
      ...(Object.keys(placeholders).length === 0 ? {} : { ExpressionAttributeNames: placeholders }),
    }),
  );
  client.destroy();
  return jsonAnswer({ Items: answer.Items ?? [] });
};
