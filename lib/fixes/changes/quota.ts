import * as z from 'zod';
import { type AccountQuotas, type ChangeOf, iamQuotas, mapSection } from '../../model.ts';
import { aws, optionWords } from '../command.ts';
import { accountIdField, type FieldsOf, type KindOfChange, nobody, text } from './kind.ts';

/** Quotas of IAM in the partition aws are asked for here. */
const region = 'us-east-1';

/** As if AWS had granted the request. */
const raised = ({ code, value }: ChangeOf<'quota-requested'>): AccountQuotas =>
  Object.fromEntries(
    Object.entries(iamQuotas).flatMap(([name, quota]) => (quota.code === code ? [[name, value]] : [])),
  );

export const quotaRequested: KindOfChange<'quota-requested'> = {
  shape: z.object({
    kind: z.literal('quota-requested'),
    accountId: accountIdField,
    code: text.regex(/^L-[0-9A-Z]{4,16}$/, 'a code of a quota'),
    value: z.number().int().positive(),
  } satisfies FieldsOf<'quota-requested'>),
  target: change => ({ accountId: change.accountId, region }),
  commands: ({ code, value }) => [
    aws(
      'service-quotas',
      'request-service-quota-increase',
      ...['--region', region, '--service-code', 'iam'],
      ...optionWords('--quota-code', code),
      ...optionWords('--desired-value', String(value)),
    ),
  ],
  partOf: (_, answer) => answer,
  isAsAudited: () => true,
  isAsWritten: () => false,
  undo: () => undefined,
  undoInWords: 'not undone by fix --undo: a quota that was granted is not taken back',
  phase: () => 1,
  gains: nobody,
  after: (snapshot, change) => ({
    ...snapshot,
    quotas: mapSection(snapshot.quotas, quotas => ({ ...quotas, ...raised(change) })),
  }),
  isForeseen: false,
};
