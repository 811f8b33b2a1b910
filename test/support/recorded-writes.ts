import { readFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { isObject, type JsonObject, objectOf } from '../../lib/text/json-value.ts';
import { apiResources } from '../../sandbox/kubernetes/api-resources.ts';
import { textAt } from '../../sandbox/kubernetes/json-value.ts';
import type { RunningKubernetes } from '../../sandbox/kubernetes/start-kubernetes.ts';
import type { KubernetesWorld } from '../../sandbox/world/kubernetes-world.ts';

/** One request of kubectl and the answer of a real API server. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: unknown;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, unknown>>;
  readonly responseBody: unknown;
}

/** One command of kubectl, recorded (test/fixtures/kubernetes-writes). */
export interface RecordedWrite {
  readonly name: string;
  readonly before: readonly JsonObject[];
  readonly after: readonly JsonObject[];
  readonly command: string;
  readonly stdin: string | null;
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly exchanges: readonly Exchange[];
}

/** All recordings, in order. */
export const recordedWrites = (): readonly RecordedWrite[] =>
  readFileSync(new URL('../fixtures/kubernetes-writes/recordings.jsonl', import.meta.url), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));

const reads = ['namespaces', 'serviceaccounts', 'pods', 'mutatingwebhookconfigurations'];
const auditor = reads.flatMap(resource => [`get ${resource}`, `list ${resource}`]);

/** The objects before a command: those that the recording lists, and those that kubectl read and did not write. */
const objectsBefore = ({ before, exchanges }: RecordedWrite): readonly JsonObject[] => {
  const nameOf = (one: JsonObject) =>
    JSON.stringify([one.kind, textAt(one, 'metadata', 'namespace'), textAt(one, 'metadata', 'name')]);
  const read = exchanges
    .filter(({ method, status }) => method === 'GET' && status === 200)
    .flatMap(({ responseBody }) => [jsonBody(responseBody)].filter(isObject));
  const token = exchanges.find(({ path, status }) => path.endsWith('/serviceaccounts/app/token') && status !== 404);
  const app = { kind: 'ServiceAccount', metadata: { namespace: 'team-a', name: 'app' } };
  const all = [...before, ...read, ...(token === undefined ? [] : [app]), teamA];
  return [...new Map(all.toReversed().map(one => [nameOf(one), one])).values()];
};

const teamA = { kind: 'Namespace', metadata: { name: 'team-a', labels: { 'kubernetes.io/metadata.name': 'team-a' } } };

/** The context that a command names. */
export const contextOf = ({ command }: RecordedWrite): string => / --context ([a-z-]+)/.exec(command)?.[1] ?? '';

/** The world before a command, with the rights of its caller. */
export const worldBefore = (recording: RecordedWrite): KubernetesWorld => {
  const objects = structuredClone(objectsBefore(recording));
  const of = (kind: string): unknown[] => objects.filter(one => one.kind === kind);
  const known = ['Namespace', 'ServiceAccount', 'Pod', 'MutatingWebhookConfiguration'];
  const context = contextOf(recording);
  return {
    version: 'v1.34.9',
    issuer: 'https://oidc.eks.us-east-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789',
    namespaces: of('Namespace'),
    serviceAccounts: of('ServiceAccount'),
    pods: of('Pod'),
    webhooks: of('MutatingWebhookConfiguration'),
    others: objects.filter(one => !known.includes(String(one.kind))),
    ...(context === 'lab-auditor' ? { allowed: auditor } : context === 'lab-nobody' ? { allowed: [] } : {}),
  };
};

/** The body of a recording as JSON. */
export const jsonBody = (body: unknown): unknown => (isObject(body) && 'protobuf' in body ? body.json : body);

/** Sends a recorded request, with its body as kubectl sent it; `rewrite` puts in what this server made itself. */
export const send = (
  api: RunningKubernetes,
  token: string,
  { method, path, requestHeaders, requestBody }: Exchange,
  rewrite: (text: string) => string,
): Promise<{ readonly status: number; readonly body: unknown; readonly warning: string | undefined }> =>
  new Promise((resolve, reject) => {
    const body =
      isObject(requestBody) && 'protobuf' in requestBody
        ? Buffer.from(textAt(requestBody, 'protobuf'), 'base64')
        : Buffer.from(requestBody === null ? '' : rewrite(JSON.stringify(requestBody)));
    const headers = {
      ...requestHeaders,
      'content-length': body.length,
      authorization: `Bearer ${token}`,
      'user-agent': 'kubectl/v1.34.9',
    };
    const call = httpsRequest(new URL(path, api.url), { method, headers, ca: api.caPem, agent: false }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', part => {
        text += part;
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: /json/.test(response.headers['content-type'] ?? '') ? JSON.parse(text) : text,
          warning: response.headers.warning,
        }),
      );
    });
    call.on('error', reject).end(body);
  });

/** The warnings of a recorded answer, as the header has them. */
export const warningOf = ({ responseHeaders }: Exchange): string | undefined => {
  const [, value] = Object.entries(responseHeaders).find(([name]) => name.toLowerCase() === 'warning') ?? [];
  return value === undefined ? undefined : [value].flat().join(', ');
};

/** Where an object lies; undefined for a kind that the sandbox does not keep. */
const pathOf = (one: JsonObject): string | undefined => {
  const found = apiResources.find(({ kind }) => kind === one.kind);
  if (found === undefined) return undefined;
  const root = found.group === '' ? '/api/v1' : `/apis/${found.group}/v1`;
  const place = found.isNamespaced ? `/namespaces/${textAt(one, 'metadata', 'namespace')}` : '';
  return `${root}${place}/${found.plural}/${textAt(one, 'metadata', 'name')}`;
};

/** True for an object that the command itself wrote, and not a controller after it. */
export const isWrittenBy = ({ exchanges }: RecordedWrite, one: JsonObject): boolean => {
  const path = pathOf(one) ?? '';
  const collection = path.slice(0, path.lastIndexOf('/'));
  return exchanges.some(({ method, path: asked, status }) => {
    const [to] = asked.split('?');
    return method !== 'GET' && status < 300 && to === (method === 'POST' ? collection : path);
  });
};

/** An object as the server has it now. */
export const readBack = async (api: RunningKubernetes, one: JsonObject): Promise<unknown> => {
  const read = { method: 'GET', path: pathOf(one) ?? '', requestHeaders: {}, requestBody: null };
  const unknown = { status: 0, responseHeaders: {}, responseBody: null };
  const { body } = await send(api, api.token, { ...read, ...unknown }, text => text);
  return body;
};

/** An object without what the controller of its kind wrote after the command: the sandbox rolls nothing out in steps. */
export const withoutController = (value: unknown): unknown => {
  const one = objectOf(comparable(value));
  const { managedFields, annotations, generation: _, ...metadata } = objectOf(one.metadata);
  const { 'deployment.kubernetes.io/revision': __, ...own } = objectOf(annotations);
  const managers = Array.isArray(managedFields) ? managedFields : [];
  const others = managers.filter(by => textAt(by, 'manager') !== 'kube-controller-manager');
  return { ...one, metadata: { ...metadata, annotations: own, managedFields: others } };
};

/** Objects that are answered and not stored: nobody owns their fields. */
const fleeting = ['TokenRequest', 'SelfSubjectAccessReview', 'SelfSubjectRulesReview'];

/** An object without what differs from one server to the next: versions, times, ids, and what controllers write. */
export const comparable = (value: unknown): unknown => {
  if (!isObject(value) || value.kind === 'Status') return comparableStatus(value);
  if (fleeting.includes(String(value.kind))) return comparableAnswer(value);
  const { status: _, ...rest } = value;
  const { uid: __, resourceVersion: ___, creationTimestamp: ____, managedFields, ...others } = objectOf(rest.metadata);
  const { deletionTimestamp: _____, ...metadata } = others;
  const managers = Array.isArray(managedFields)
    ? managedFields
        .filter(one => textAt(one, 'subresource') !== 'status')
        .map(({ time: _time, ...one }) => one)
        .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
    : [];
  return { ...rest, metadata: { ...metadata, ...(managers.length === 0 ? {} : { managedFields: managers }) } };
};

const comparableAnswer = ({ kind, spec, status }: JsonObject): unknown => {
  const { token, expirationTimestamp: _, reason: __, ...said } = objectOf(status);
  const { boundObjectRef: ___, ...asked } = objectOf(spec);
  return { kind, spec: asked, status: { ...said, ...(token === undefined ? {} : { hasToken: true }) } };
};

/** Without the uid, and with the faults of keys of a map in one order: a map of Go has none. */
const comparableStatus = (value: unknown): unknown => {
  if (!isObject(value) || !isObject(value.details)) return value;
  const { uid: _, causes, ...details } = value.details;
  const sorted = Array.isArray(causes) ? causes.map(one => JSON.stringify(one)).sort() : [];
  const message = textAt(value, 'message').split(/, (?=metadata\.)|\[|\]$/);
  return { ...value, message: message.sort(), details: { ...details, causes: sorted } };
};
