import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { NodeHttpHandler } from '@smithy/node-http-handler';

/**
 * The SDK's own chain of credentials over a client's way out. Without it the clients of IAM Identity Center that the chain
 * makes for itself would connect directly.
 */
export const credentialsOver = (requestHandler: NodeHttpHandler) => ({
  credentialDefaultProvider: (init: Parameters<typeof defaultProvider>[0]) =>
    defaultProvider({ ...init, clientConfig: { requestHandler } }),
});
