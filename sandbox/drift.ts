/**
 * The changes in the world between run 1 and run 2, by the same API calls that a person or a pipeline would make. The
 * repairs are the command that run 1 printed for the missing provider, and the right that it named as step 1 of the way to
 * an administrator.
 */
import { request } from 'node:https';
import {
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { awsClients } from '../lib/collect/clients.ts';
import { providerArn } from '../lib/model.ts';
import { sandboxCredentials, sessionCredentials } from './aws/credentials.ts';
import type { RunningKubernetes } from './kubernetes/start-kubernetes.ts';
import type { Sandbox } from './start-sandbox.ts';
import { trust } from './world/build.ts';
import { issuers, workloads } from './world/scenarios/first-audit.ts';
import { bindingOfDevelopers } from './world/scenarios/way-to-administrator.ts';

/** The changes, in words for the terminal. */
export const driftSentences = [
  'the audience sts.amazonaws.com is removed from the provider of cluster depot',
  'the provider of cluster stock is deleted',
  'the trust policy of role ledger-keeper is widened to every service account of the namespace books',
  'the missing provider of cluster payments is created, as run 1 advised',
  'the RoleBinding release/developers of cluster factory is deleted: it let developers run commands in the pods of an administrator',
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

/** Makes the five changes through the sandbox's endpoints of IAM and of the cluster factory. */
export const drift = async ({ aws, clusters }: Pick<Sandbox, 'aws' | 'clusters'>): Promise<void> => {
  const factory = clusters.running.get('factory');
  if (factory === undefined) throw new Error('the sandbox has no cluster factory');
  await Promise.all([driftInAws(aws.url), deleteBinding(factory, bindingOfDevelopers)]);
};

/** Deletes a RoleBinding, as `kubectl delete rolebinding` does. */
const deleteBinding = (
  { url, caPem, token }: RunningKubernetes,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<void> =>
  new Promise((resolve, reject) => {
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings/${name}`;
    const headers = { authorization: `Bearer ${token}` };
    request(`${url}${path}`, { method: 'DELETE', ca: caPem, headers, agent: false }, response => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`DELETE ${path} was answered with ${response.statusCode}; want 200`));
    })
      .on('error', reject)
      .end();
  });

const driftInAws = async (endpoint: string): Promise<void> => {
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
