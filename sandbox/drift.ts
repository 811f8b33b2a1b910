/**
 * The changes in the world between run 1 and run 2, by the same API calls that a person or a pipeline would make. The
 * repair is the command that run 1 printed for the missing provider.
 */
import {
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { awsClients } from '../lib/collect/clients.ts';
import { providerArn } from '../lib/model/arn.ts';
import { sandboxCredentials, sessionCredentials } from './aws/credentials.ts';
import { trust } from './world/build.ts';
import { issuers, workloads } from './world/scenarios/first-audit.ts';

/** The changes, in words for the terminal. */
export const driftSentences = [
  'the audience sts.amazonaws.com is removed from the provider of cluster depot',
  'the provider of cluster stock is deleted',
  'the trust policy of role ledger-keeper is widened to every service account of the namespace books',
  'the missing provider of cluster payments is created, as run 1 advised',
] as const;

/** The change that the fast lane tells of, in words for the terminal. */
export const fastSentence = 'kim widens the trust policy of role shop-cart to every service account of cluster shop';

/** Makes that change, with the credentials of a person's session. */
export const changeByKim = async (endpoint: string): Promise<void> => {
  const credentials = sessionCredentials(workloads, 'platform', 'kim');
  const clients = awsClients({ region: 'eu-west-1', endpoint, credentials });
  const policy = trust(workloads, issuers.shop, { StringEquals: { aud: 'sts.amazonaws.com' } });
  try {
    await clients
      .iam()
      .send(new UpdateAssumeRolePolicyCommand({ RoleName: 'shop-cart', PolicyDocument: JSON.stringify(policy) }));
  } finally {
    clients.close();
  }
};

/** Makes the four changes through the sandbox's IAM endpoint. */
export const drift = async (endpoint: string): Promise<void> => {
  const clients = awsClients({ region: 'eu-west-1', endpoint, credentials: sandboxCredentials(workloads) });
  const iam = clients.iam();
  const arn = (issuer: string) => providerArn('aws', workloads, issuer);
  try {
    await iam.send(
      new RemoveClientIDFromOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: arn(issuers.depot),
        ClientID: 'sts.amazonaws.com',
      }),
    );
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn(issuers.stock) }));
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'ledger-keeper',
        PolicyDocument: JSON.stringify(
          trust(workloads, issuers.ledger, {
            StringEquals: { aud: 'sts.amazonaws.com' },
            StringLike: { sub: 'system:serviceaccount:books:*' },
          }),
        ),
      }),
    );
    await iam.send(
      new CreateOpenIDConnectProviderCommand({ Url: issuers.payments, ClientIDList: ['sts.amazonaws.com'] }),
    );
  } finally {
    clients.close();
  }
};
