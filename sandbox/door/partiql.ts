/**
 * Reading statements of PartiQL over a local table, whose emulator has none: `SELECT … FROM "table"."index" WHERE … AND …`, with equality and
 * `begins_with`. A name that is a reserved word stands in double quotes. Source: DynamoDB Developer Guide, "PartiQL select statements for
 * DynamoDB" and "Reserved words in DynamoDB".
 */
import { DynamoDBClient, paginateScan, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { type Answer, errorAnswer, jsonAnswer } from './answers.ts';
import type { Asked } from './asked.ts';

const form = /^\s*SELECT\s+([\s\S]+?)\s+FROM\s+"([^"]+)"(?:\."([^"]+)")?(?:\s+WHERE\s+([\s\S]+?))?\s*;?\s*$/i;
const equals = /^("?\w+"?)\s*=\s*'([^']*)'$/;
const begins = /^begins_with\(\s*("?\w+"?)\s*,\s*'([^']*)'\s*\)$/i;

/** Answers `ExecuteStatement`; undefined for any other request. */
export const partiqlAnswer = async (
  { call }: { readonly call: Pick<Asked, 'service' | 'operation' | 'region' | 'input'> },
  endpoint: string,
): Promise<Answer | undefined> => {
  if (`${call.service}:${call.operation}` !== 'dynamodb:ExecuteStatement') return undefined;
  const statement = String(call.input.Statement);
  const [, columns, TableName, IndexName, where = ''] = form.exec(statement) ?? [];
  const tests = where
    .split(/\s+AND\s+/i)
    .filter(text => text !== '')
    .map(text => ({ text, equal: equals.exec(text.trim()), prefix: begins.exec(text.trim()) }));
  if (columns === undefined || tests.some(({ equal, prefix }) => equal === null && prefix === null))
    return errorAnswer(call, 'ValidationException', `Statement wasn't well formed, can't be processed: ${statement}`);
  const names = columns.trim() === '*' ? [] : columns.split(',').map(name => name.trim());
  const found = tests.map(({ equal, prefix }) => equal ?? prefix ?? ['', '', '']);
  const placeholders: Record<string, string> = {};
  /** A name in quotes stands for itself; of others the table refuses those that are reserved words. */
  const nameOf = (text: string, placeholder: string): string => {
    if (!text.startsWith('"')) return text;
    placeholders[placeholder] = text.replaceAll('"', '');
    return placeholder;
  };
  const conditions = tests.map(({ equal }, at) => {
    const name = nameOf(found[at]?.[1] ?? '', `#w${at}`);
    return equal === null ? `begins_with(${name}, :w${at})` : `${name} = :w${at}`;
  });
  const projection = names.map((name, at) => nameOf(name, `#n${at}`)).join(', ');
  const input: ScanCommandInput = {
    TableName,
    ...(IndexName === undefined ? {} : { IndexName }),
    ...(projection === '' ? {} : { ProjectionExpression: projection }),
    ...(conditions.length === 0
      ? {}
      : {
          FilterExpression: conditions.join(' AND '),
          ExpressionAttributeValues: Object.fromEntries(found.map(([, , text = ''], at) => [`:w${at}`, { S: text }])),
        }),
    ...(Object.keys(placeholders).length === 0 ? {} : { ExpressionAttributeNames: placeholders }),
  };
  const client = new DynamoDBClient({
    region: call.region,
    endpoint,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  try {
    const items: unknown[] = [];
    for await (const page of paginateScan({ client }, input)) items.push(...(page.Items ?? []));
    return jsonAnswer({ Items: items });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return errorAnswer(call, error.name, error.message);
  } finally {
    client.destroy();
  }
};
