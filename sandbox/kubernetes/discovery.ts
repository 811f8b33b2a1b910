/** The documents that kubectl asks for before it writes: the groups, their resources, and as much of the OpenAPI
 *  documents as it needs. */
import type { ApiAnswer } from './answers.ts';
import { type ApiResource, apiResources as allResources, apiVersionOf } from './api-resources.ts';

/** Those that kubectl is told of: the versions before v1 are read by path alone. */
const apiResources = allResources.filter(({ version }) => version === 'v1');
const groups = [...new Set(apiResources.map(({ group }) => group))].filter(group => group !== '');
const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update'];

/** An OpenAPI v2 document without definitions, in protobuf: kubectl asks for it where it writes a List, and checks nothing
 *  of kinds that it does not find there (recorded: 23d). */
const openApiV2 = '\n\x032.0\x12\x13\n\nKubernetes\x12\x05v1.34B\x00';

/** The answer to a path of discovery; undefined for another path. */
export const discoveryAt = (path: string): ApiAnswer | undefined => {
  if (path === '/openapi/v2')
    return {
      status: 200,
      body: openApiV2,
      headers: { 'content-type': 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' },
    };
  const body = bodyAt(path);
  return body === undefined ? undefined : { status: 200, body };
};

const bodyAt = (path: string): unknown => {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis')
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: groups.map(name => {
        const version = { groupVersion: `${name}/v1`, version: 'v1' };
        return { name, versions: [version], preferredVersion: version };
      }),
    };
  if (path === '/openapi/v3') return openApiIndex();
  const named = /^(\/openapi\/v3)?\/(?:api|apis\/([a-z0-9.]+))\/v1$/.exec(path);
  if (named === null) return undefined;
  const [, openApi, group = ''] = named;
  const resources = apiResources.filter(one => one.group === group);
  if (resources.length === 0) return undefined;
  return openApi === undefined ? resourceList(resources) : openApiDocument(resources);
};

const resourceList = (resources: readonly ApiResource[]) => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: resources[0] === undefined ? '' : apiVersionOf(resources[0]),
  resources: resources.flatMap(({ plural, kind, isNamespaced, shortNames }) => [
    {
      name: plural,
      singularName: kind.toLowerCase(),
      namespaced: isNamespaced,
      kind,
      verbs,
      ...(shortNames.length === 0 ? {} : { shortNames }),
    },
    ...(plural === 'serviceaccounts'
      ? [
          {
            name: 'serviceaccounts/token',
            singularName: '',
            namespaced: true,
            group: 'authentication.k8s.io',
            version: 'v1',
            kind: 'TokenRequest',
            verbs: ['create'],
          },
        ]
      : []),
  ]),
});

const openApiIndex = () => {
  const names = ['api/v1', ...groups.map(group => `apis/${group}/v1`)];
  return { paths: Object.fromEntries(names.map(name => [name, { serverRelativeURL: `/openapi/v3/${name}?hash=1` }])) };
};

/** Without schemas kubectl merges by the types built into it. */
const openApiDocument = (resources: readonly ApiResource[]) => ({
  openapi: '3.0.0',
  info: { title: 'Kubernetes', version: 'v1.34' },
  paths: Object.fromEntries(
    resources.map(({ group, version, plural, kind, isNamespaced }) => {
      const root = group === '' ? '/api/v1' : `/apis/${group}/v1`;
      const place = isNamespaced ? '/namespaces/{namespace}' : '';
      const patch = {
        'x-kubernetes-group-version-kind': { group, version, kind },
        parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
        responses: { 200: { description: 'OK' } },
      };
      return [`${root}${place}/${plural}/{name}`, { patch }];
    }),
  ),
});
