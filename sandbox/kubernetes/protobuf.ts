/** Reads what kubectl sends in protobuf: `k8s\0` and a `runtime.Unknown` (fields as in the generated.proto of Kubernetes
 *  1.34; recorded: test/fixtures/kubernetes-writes 17a, 18a, 19a, 21a, 22g). */
import type { JsonObject } from '../../lib/text.ts';

/** How a field is read: a scalar, a map of texts, a message, or a list of one of these. `ignored` is the server's own. */
type FieldType = 'text' | 'integer' | 'boolean' | 'texts' | 'ignored' | Message | readonly [FieldType];
interface Message {
  readonly [number: number]: readonly [name: string, type: FieldType];
}

const ownerReference: Message = {
  1: ['kind', 'text'],
  3: ['name', 'text'],
  4: ['uid', 'text'],
  5: ['apiVersion', 'text'],
  6: ['controller', 'boolean'],
  7: ['blockOwnerDeletion', 'boolean'],
};
const metadata: Message = {
  1: ['name', 'text'],
  2: ['generateName', 'text'],
  3: ['namespace', 'text'],
  5: ['uid', 'text'],
  6: ['resourceVersion', 'text'],
  8: ['creationTimestamp', 'ignored'],
  11: ['labels', 'texts'],
  12: ['annotations', 'texts'],
  13: ['ownerReferences', [ownerReference]],
};
const container: Message = {
  1: ['name', 'text'],
  2: ['image', 'text'],
  3: ['command', ['text']],
  4: ['args', ['text']],
  7: ['env', [{ 1: ['name', 'text'], 2: ['value', 'text'] }]],
  8: ['resources', {}],
  13: ['terminationMessagePath', 'text'],
  14: ['imagePullPolicy', 'text'],
  20: ['terminationMessagePolicy', 'text'],
};
const podSpec: Message = {
  2: ['containers', [container]],
  3: ['restartPolicy', 'text'],
  4: ['terminationGracePeriodSeconds', 'integer'],
  6: ['dnsPolicy', 'text'],
  8: ['serviceAccountName', 'text'],
  9: ['serviceAccount', 'text'],
  14: ['securityContext', {}],
  19: ['schedulerName', 'text'],
};
const status = ['status', 'ignored'] as const;
const jobSpec: Message = { 6: ['template', { 1: ['metadata', metadata], 2: ['spec', podSpec] }] };
const tokenSpec: Message = {
  1: ['audiences', ['text']],
  3: ['boundObjectRef', { 1: ['kind', 'text'], 2: ['apiVersion', 'text'], 3: ['name', 'text'], 4: ['uid', 'text'] }],
  4: ['expirationSeconds', 'integer'],
};
const resourceAttributes: Message = {
  1: ['namespace', 'text'],
  2: ['verb', 'text'],
  3: ['group', 'text'],
  4: ['version', 'text'],
  5: ['resource', 'text'],
  6: ['subresource', 'text'],
  7: ['name', 'text'],
};
const reviewSpec: Message = {
  1: ['resourceAttributes', resourceAttributes],
  2: ['nonResourceAttributes', { 1: ['path', 'text'], 2: ['verb', 'text'] }],
};
const subject: Message = {
  1: ['kind', 'text'],
  2: ['apiGroup', 'text'],
  3: ['name', 'text'],
  4: ['namespace', 'text'],
};

const kinds: Readonly<Record<string, Message>> = {
  ServiceAccount: { 1: ['metadata', metadata] },
  TokenRequest: { 1: ['metadata', metadata], 2: ['spec', tokenSpec], 3: status },
  SelfSubjectAccessReview: { 1: ['metadata', metadata], 2: ['spec', reviewSpec], 3: status },
  SelfSubjectRulesReview: { 1: ['metadata', metadata], 2: ['spec', { 1: ['namespace', 'text'] }], 3: status },
  Job: { 1: ['metadata', metadata], 2: ['spec', jobSpec], 3: status },
  ClusterRoleBinding: {
    1: ['metadata', metadata],
    2: ['subjects', [subject]],
    3: ['roleRef', { 1: ['apiGroup', 'text'], 2: ['kind', 'text'], 3: ['name', 'text'] }],
  },
  DeleteOptions: { 2: ['preconditions', { 1: ['uid', 'text'] }] },
};

const magic = Buffer.from('k8s\0', 'latin1');
const unknownMessage: Message = {
  2: ['raw', 'ignored'],
  1: ['typeMeta', { 1: ['apiVersion', 'text'], 2: ['kind', 'text'] }],
};

/** The object in a body. Throws where it is no `runtime.Unknown`, or of a kind that is not known here. */
export const fromProtobuf = (body: Buffer): JsonObject => {
  if (!body.subarray(0, magic.length).equals(magic)) throw new Error('not a protobuf body of Kubernetes');
  const fields = read(body.subarray(magic.length));
  const { typeMeta } = decode(body.subarray(magic.length), unknownMessage) as {
    readonly typeMeta: { readonly apiVersion: string; readonly kind: string };
  };
  const message = kinds[typeMeta.kind];
  const raw = fields.find(([number]) => number === 2)?.[1];
  if (message === undefined || !(raw instanceof Buffer))
    throw new Error(`no ${typeMeta.kind} in protobuf is read here`);
  return { kind: typeMeta.kind, apiVersion: typeMeta.apiVersion, ...decode(raw, message) };
};

type Field = readonly [number: number, value: Buffer | number];

const read = (bytes: Buffer): readonly Field[] => {
  const fields: Field[] = [];
  let place = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[place];
      if (byte === undefined) throw new Error('a protobuf body that is cut');
      place += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  };
  while (place < bytes.length) {
    const tag = varint();
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === 0) fields.push([number, varint()]);
    else if (wire === 2) {
      const length = varint();
      fields.push([number, bytes.subarray(place, place + length)]);
      place += length;
    } else throw new Error(`wire type ${wire} of protobuf is not read here`);
  }
  return fields;
};

/** The fields of a message that say something: an empty text is left out. Throws for a field that says something and is
 *  not known: an object that lost a part of itself would be stored. */
const decode = (bytes: Buffer, message: Message): JsonObject => {
  const result: JsonObject = {};
  for (const [number, value] of read(bytes)) {
    const known = message[number];
    if (known === undefined) {
      if (value instanceof Buffer ? value.length > 0 : value !== 0) throw new Error(`field ${number} is not read here`);
      continue;
    }
    const [name, type] = known;
    if (type === 'ignored') continue;
    if (Array.isArray(type)) result[name] = [...((result[name] as unknown[]) ?? []), one(value, type[0])];
    else if (type === 'texts') result[name] = { ...((result[name] as JsonObject) ?? {}), ...pair(value) };
    else {
      const read = one(value, type as FieldType);
      if (read !== '' && read !== undefined) result[name] = read;
    }
  }
  return result;
};

const one = (value: Buffer | number, type: FieldType): unknown => {
  if (typeof value === 'number') return type === 'boolean' ? value === 1 : value;
  return type === 'text' ? value.toString('utf8') : decode(value, type as Message);
};

const pair = (value: Buffer | number): JsonObject => {
  const { key = '', value: text = '' } = decode(value as Buffer, { 1: ['key', 'text'], 2: ['value', 'text'] });
  return { [String(key)]: text };
};
