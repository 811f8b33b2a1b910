import { requestQuota } from '../../fixes/aws-steps.ts';
import type { AccountSnapshot, Fix, Quota, Step } from '../../model.ts';
import { hcl } from '../../text.ts';

/** The lines of Terraform and CDK that give a provider exactly these audiences. */
export const audienceLines = (audiences: readonly string[]): Pick<Fix, 'terraform' | 'cdk'> => {
  const ts = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
  return {
    terraform: `client_id_list = [${audiences.map(hcl).join(', ')}]`,
    cdk: `clientIds: [${audiences.map(ts).join(', ')}]`,
  };
};

/** The step that asks for twice a quota, as far as AWS grants it. None where AWS grants no more, nor in other partitions
 *  than aws, of which it is not known where to ask. */
export const raiseQuota = (
  { most, code }: Quota,
  now: number,
  { partition, accountId }: Pick<AccountSnapshot, 'partition' | 'accountId'>,
): readonly Step[] => {
  if (now >= most || partition !== 'aws') return [];
  return [requestQuota(accountId, code, Math.min(now * 2, most))];
};
