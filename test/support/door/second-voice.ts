/** The recorded requests of roles, asked of `test/support/iam-evaluator.ts`, which reads the template itself. */
import type { Recorded } from '../../../sandbox/door/start-door.ts';
import { iamOf, accountId as theirAccount } from '../iam-evaluator.ts';
import type { CfnResource } from '../synthesized.ts';
import { keyIdOfSecret, keyOfSecret } from './configurations.ts';
import type { Played } from './played-scenario.ts';

const theirRegion = 'us-east-1';

/** How many different requests both decide alike, and those that they do not. */
export const secondVoice = ({
  world,
  recorded,
}: Played): { readonly agreed: number; readonly disagreed: readonly string[] } => {
  const { stack, place, template } = world;
  const roles = new Map(
    stack.resources.filter(({ type }) => type === 'AWS::IAM::Role').map(({ arn, id }) => [arn, id]),
  );
  const buckets = stack.resources.filter(({ type }) => type === 'AWS::S3::Bucket').map(({ id }) => id.toLowerCase());
  const keys = stack.resources.filter(({ type }) => type === 'AWS::KMS::Key').map(({ id }) => id);
  /** A name of this place as the evaluator has it. */
  const theirs = (text: string): string => {
    let named = text
      .replaceAll(`arn:${place.partition}:`, 'arn:aws:')
      .replaceAll(place.home, theirAccount)
      .replaceAll(`:${place.region}:`, `:${theirRegion}:`);
    for (const bucket of buckets) named = named.replace(`:::irsa-auditor-${bucket}`, `:::${bucket}`);
    for (const key of keys) named = named.replace(`key/${key.toLowerCase()}`, `key/${key}`);
    return named;
  };
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${theirAccount}:root` }, Action: 'kms:*', Resource: '*' },
  ];
  const keyOfASecret = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement } } };
  // A configuration names this key in full, and no other place.
  const key = keyOfSecret(place);
  const named: Template['Resources'] = JSON.parse(JSON.stringify(template.Resources).replaceAll(key, theirs(key)));
  const iam = iamOf({ ...named, [keyIdOfSecret]: keyOfASecret, ...keysOfAws(place.region) });
  const asked = new Map<string, Recorded>();
  for (const request of recorded)
    if (request.principal.kind === 'session' && roles.has(request.principal.roleArn))
      asked.set(
        `${request.principal.roleArn} ${request.action} ${request.resource.replace(/[0-9a-f-]{36}/g, '')}`,
        request,
      );
  const disagreed = [...asked].filter(([, request]) => {
    const { principal, action, resource, errorCode } = request;
    if (principal.kind !== 'session') return false;
    const role = roles.get(principal.roleArn) ?? '';
    const context = { ...{ 'aws:SecureTransport': 'true', 'kms:CallerAccount': theirAccount }, ...contextOf(request) };
    return (
      iam.isAllowed({ principal: { role }, action, resource: theirs(resource), context }) !== (errorCode === undefined)
    );
  });
  return { agreed: asked.size - disagreed.length, disagreed: disagreed.map(([line]) => line) };
};

/** Keys that AWS manages: whoever of the account uses their service may use them (KMS Developer Guide, "AWS managed keys"). */
const keysOfAws = (region: string): Template['Resources'] =>
  Object.fromEntries(
    ['sns', 'dynamodb', 'secretsmanager'].map(service => {
      const StringEquals = {
        'kms:CallerAccount': theirAccount,
        'kms:ViaService': `${service}.${region}.amazonaws.com`,
      };
      const statement = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' };
      const KeyPolicy = { Version: '2012-10-17', Statement: [{ ...statement, Condition: { StringEquals } }] };
      return [`aws-${service}`, { Type: 'AWS::KMS::Key', Properties: { KeyPolicy } }];
    }),
  );

const contextOf = ({ context = {} }: Recorded): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(context).map(([key, value]) => [key, String(value)]));

/** A template's resources. */
export interface Template {
  readonly Resources: Readonly<Record<string, CfnResource>>;
}
