import { type WorldProvider, worldProviderArn, worldTime } from '../../world/world.ts';
import { AwsFault, type Call, type Operations, tagsOf, text, texts } from '../operation.ts';

const providerOf = (call: Call): WorldProvider => {
  const arn = text(call, 'OpenIDConnectProviderArn');
  const found = call.account.providers.find(provider => worldProviderArn(call.account, provider) === arn);
  if (found) return found;
  throw new AwsFault('NoSuchEntity', `OpenIDConnect Provider not found for arn ${arn}`, 404);
};

/** IAM refuses thumbprints that are not 40 characters long, and more than five (IAM API Reference). */
const thumbprints = (call: Call): string[] => {
  const list = texts(call, 'ThumbprintList');
  if (list.length > 5) throw new AwsFault('InvalidInput', 'Thumbprint list must contain fewer than 5 entries.');
  for (const thumbprint of list)
    if (!/^[0-9a-f]{40}$/i.test(thumbprint))
      throw new AwsFault(
        'ValidationError',
        `Value '${thumbprint}' at 'thumbprintList' failed to satisfy constraint: 40 hexadecimal digits`,
      );
  return list;
};

/** The thumbprint that IAM's fetch gives where the world has no server for the issuer: Amazon Root CA 1,
 *  cross-signed. */
const fetched = '06b25927c42a721631c1efd9431e648fa62e1e39';

const create = (call: Call) => {
  const url = text(call, 'Url');
  if (!/^https:\/\/[^?#\s]+$/.test(url) || url.length > 255)
    throw new AwsFault('InvalidInput', `Invalid Open ID Connect Provider URL: ${url}`);
  const given = thumbprints(call);
  const provider: WorldProvider = {
    url: url.slice('https://'.length).replace(':443/', '/'),
    audiences: texts(call, 'ClientIDList'),
    thumbprints: given.length === 0 ? [call.world.fetchThumbprint?.(url) ?? fetched] : given,
    createdAt: worldTime(call.world),
    tags: tagsOf(call),
  };
  if (call.account.providers.some(known => known.url === provider.url))
    throw new AwsFault('EntityAlreadyExists', `Provider with url ${url} already exists.`, 409);
  call.account.providers.push(provider);
  return { OpenIDConnectProviderArn: worldProviderArn(call.account, provider) };
};

/** IAM's OIDC providers. */
export const providerOperations: Operations = {
  ListOpenIDConnectProviders: call => ({
    OpenIDConnectProviderList: call.account.providers.map(provider => ({
      Arn: worldProviderArn(call.account, provider),
    })),
  }),
  GetOpenIDConnectProvider: call => {
    const provider = providerOf(call);
    return {
      Url: provider.url,
      ClientIDList: provider.audiences,
      ThumbprintList: provider.thumbprints,
      CreateDate: provider.createdAt,
      Tags: Object.entries(provider.tags).map(([Key, Value]) => ({ Key, Value })),
    };
  },
  CreateOpenIDConnectProvider: create,
  // Idempotent: a provider that is not there is no error (IAM API Reference).
  DeleteOpenIDConnectProvider: call => {
    const arn = text(call, 'OpenIDConnectProviderArn');
    const index = call.account.providers.findIndex(provider => worldProviderArn(call.account, provider) === arn);
    if (index >= 0) call.account.providers.splice(index, 1);
    return {};
  },
  AddClientIDToOpenIDConnectProvider: call => {
    const provider = providerOf(call);
    const audience = text(call, 'ClientID');
    if (!provider.audiences.includes(audience)) provider.audiences.push(audience);
    return {};
  },
  RemoveClientIDFromOpenIDConnectProvider: call => {
    const provider = providerOf(call);
    const audience = text(call, 'ClientID');
    provider.audiences = provider.audiences.filter(known => known !== audience);
    return {};
  },
  UpdateOpenIDConnectProviderThumbprint: call => {
    const provider = providerOf(call);
    const given = thumbprints(call);
    if (given.length === 0) throw new AwsFault('InvalidInput', 'Thumbprint list must contain at least one entry.');
    provider.thumbprints = given;
    return {};
  },
  TagOpenIDConnectProvider: call => {
    Object.assign(providerOf(call).tags, tagsOf(call));
    return {};
  },
};
