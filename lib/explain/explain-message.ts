import { given } from '../text/given.ts';
import { associationMessages } from './association-messages.ts';
import { brokerMessages } from './broker-messages.ts';
import { callerMessages } from './caller-messages.ts';
import { type Choice, chooseMessage } from './choose-message.ts';
import { cluesIn } from './clues.ts';
import { clusterMessages } from './cluster-messages.ts';
import { podRoleInsteadMessage } from './described-identity-messages.ts';
import {
  metadataPolicyMessage,
  metadataWantedMessage,
  nodeRoleMessage,
  nodesAssumeMessage,
} from './described-metadata-messages.ts';
import { hopLimitMessage, stsWayMessage } from './described-network-messages.ts';
import { describedPodMessages } from './described-pod-messages.ts';
import { describedTrustMessages } from './described-trust-messages.ts';
import { dnsDescribedMessage, dnsMessages } from './dns-messages.ts';
import { eksctlMessages } from './eksctl-messages.ts';
import { type Elsewhere, elsewhereIn } from './elsewhere.ts';
import { endpointMessages } from './endpoint-messages.ts';
import { iamMessages } from './iam-messages.ts';
import type { KnownMessage } from './known-message.ts';
import { logRecordOf, plainText, recordsOf } from './log-records.ts';
import { loginMessages } from './login-messages.ts';
import { metadataMessages } from './metadata-messages.ts';
import { networkMessages } from './network-messages.ts';
import { isDecided, orderCauses } from './order-causes.ts';
import { podIdentityAgentMessages } from './pod-identity-agent-messages.ts';
import { podIdentityMessages } from './pod-identity-messages.ts';
import { podIdentityTokenMessages } from './pod-identity-token-messages.ts';
import { requestMessages, wantsKeysMessage } from './request-messages.ts';
import { sdkCredentialsMessages } from './sdk-credentials-messages.ts';
import { sdkMessages } from './sdk-messages.ts';
import { sdkModuleMessages } from './sdk-module-messages.ts';
import { secretStoreMessages } from './secret-store-messages.ts';
import { serviceMessages } from './service-messages.ts';
import { addonMessages, setupMessages } from './setup-messages.ts';
import { snapshotMessages } from './snapshot-messages.ts';
import { endpointDescribedMessage, stsAnswerMessages } from './sts-answer-messages.ts';
import { stsLoginMessages } from './sts-login-messages.ts';
import { stsMessages } from './sts-messages.ts';
import { stsProviderMessages } from './sts-provider-messages.ts';
import { stsRequestMessages } from './sts-request-messages.ts';
import { stsTokenMessages } from './sts-token-messages.ts';
import { toolMessages } from './tool-messages.ts';
import { policyTextMessages, trustTextMessages } from './trust-text-messages.ts';
import { unspecificMessages as described } from './unspecific-messages.ts';
import { webhookMessages } from './webhook-messages.ts';
import { workloadMessages } from './workload-messages.ts';

const unspecificMessages: readonly KnownMessage[] = [
  ...policyTextMessages,
  ...describedTrustMessages,
  ...describedPodMessages,
  metadataPolicyMessage,
  metadataWantedMessage,
  nodesAssumeMessage,
  nodeRoleMessage,
  ...setupMessages,
  ...workloadMessages,
  wantsKeysMessage,
  stsWayMessage,
  endpointDescribedMessage,
  dnsDescribedMessage,
  podRoleInsteadMessage,
  ...described,
  hopLimitMessage,
  ...requestMessages,
];

/** Every message that is recognized. */
export const knownMessages: readonly KnownMessage[] = [
  ...sdkMessages,
  ...sdkModuleMessages,
  ...sdkCredentialsMessages,
  ...podIdentityMessages,
  ...podIdentityTokenMessages,
  ...podIdentityAgentMessages,
  ...stsTokenMessages,
  ...stsProviderMessages,
  ...stsLoginMessages,
  ...stsMessages,
  ...stsRequestMessages,
  ...stsAnswerMessages,
  ...dnsMessages,
  ...networkMessages,
  ...endpointMessages,
  ...metadataMessages,
  ...clusterMessages,
  ...webhookMessages,
  ...addonMessages,
  ...iamMessages,
  ...eksctlMessages,
  ...associationMessages,
  ...toolMessages,
  ...secretStoreMessages,
  ...brokerMessages,
  ...callerMessages,
  ...serviceMessages,
  ...loginMessages,
  ...snapshotMessages,
  ...trustTextMessages,
  ...unspecificMessages,
];

/** The messages that name what failed: the unspecific ones stand behind them. */
const specificMessages = knownMessages.slice(0, -unspecificMessages.length);

/** Names in a pasted message, which a check can be narrowed to. */
export interface MessageFacts {
  readonly roleArn?: string;
  readonly issuer?: string;
  readonly accountId?: string;
  readonly region?: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
}

/** The meaning of a pasted text. `also`: other known messages in it. `elsewhere`: the text is not about the role of a pod on
 *  EKS. `nearest` only if none is known. */
export type MessageExplanation =
  | {
      readonly known: true;
      /** True if the text leaves one cause of the message. */
      readonly decided: boolean;
      /** Its causes are in the order of their likelihood for this text. */
      readonly message: KnownMessage;
      readonly also: readonly KnownMessage[];
      readonly facts: MessageFacts;
    }
  | {
      readonly known: false;
      readonly elsewhere?: Elsewhere;
      readonly nearest: readonly KnownMessage[];
      readonly facts: MessageFacts;
    };

/** Characters from the end of a text that are read: the newest lines of a log. */
export const maxText = 1_000_000;

/** Explains a message as it stands in a log: of any SDK, over several lines, with JSON, XML or other lines around it. */
export const explainMessage = (text: string): MessageExplanation => {
  const newest = text.slice(-maxText);
  const plain = plainText(newest);
  const records = recordsOf(newest);
  const ofRecord = chooseMessage(records, specificMessages);
  // A frame without its reason: the reason may stand in the record before or after it.
  const ofWhole =
    records.length > 1 && (ofRecord === undefined || ofRecord.message.from === 'wrapper')
      ? chooseMessage([logRecordOf(newest)], specificMessages)
      : undefined;
  const specific = ofWhole ?? ofRecord;
  const choice = specific ?? unspecific(plain);
  const elsewhere = elsewhereIn(plain, {
    isGeneral: choice?.message.everywhere === true,
    isUnspecific: specific === undefined,
  });
  if (elsewhere) return { known: false, elsewhere, nearest: [], facts: factsIn(plain) };
  if (!choice) return { known: false, nearest: nearestTo(plain), facts: factsIn(plain) };
  const { also } = choice;
  const found = cluesIn(plain);
  const message = { ...choice.message, causes: orderCauses(choice.message.causes, found) };
  return {
    known: true,
    decided: isDecided(message.causes, found),
    message,
    also,
    facts: { ...factsIn(plain), ...factsIn(choice.text) },
  };
};

/** Characters from the end of a text that are searched for an unspecific message. */
const maxUnspecific = 20_000;

const unspecific = (whole: string): Choice | undefined => {
  const text = whole.slice(-maxUnspecific);
  const message = unspecificMessages.find(({ patterns }) => patterns.some(pattern => pattern.test(text)));
  return message && { message, also: [], text };
};

const factsIn = (text: string): MessageFacts => {
  const roleArn = /arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+/.exec(text)?.[0].replace(/[.,]$/, '');
  const issuer = /https:\/\/oidc[.-]eks\.[\w.-]+\/id\/[0-9A-Za-z]+/.exec(text)?.[0];
  const [, namespace, serviceAccount] = /system:serviceaccount:([a-z0-9-]+):([a-z0-9.-]*[a-z0-9])/.exec(text) ?? [];
  const accountId = /arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):/.exec(text)?.[1] ?? /account: ?(\d{12})/.exec(text)?.[1];
  const region =
    /oidc[.-]eks\.([a-z0-9-]+)\./.exec(issuer ?? '')?.[1] ?? /sts\.([a-z]{2}-[a-z-]+-\d)\.amazonaws/.exec(text)?.[1];
  return {
    ...given({ roleArn, issuer, accountId, region, namespace, serviceAccount }),
  };
};

const enoughAlike = 0.25;
const shownNearest = 2;

/** Known messages whose words are most like those of the text (Dice's coefficient over words), best first. */
const nearestTo = (text: string): readonly KnownMessage[] => {
  const words = wordsOf(text);
  return knownMessages
    .map(message => ({ message, alike: likeness(words, wordsOf(message.sample)) }))
    .filter(({ alike }) => alike >= enoughAlike)
    .sort((a, b) => b.alike - a.alike)
    .slice(0, shownNearest)
    .map(({ message }) => message);
};

/** Words of any sentence, which make no two messages similar. */
const common = new Set(['this', 'that', 'with', 'from', 'have', 'your', 'does', 'when', 'must', 'error', 'denied']);

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .slice(0, 4000)
      .toLowerCase()
      .match(/[a-z]{4,}/g)
      ?.filter(word => !common.has(word)),
  );

/** Dice's coefficient of two sets of words; `b` is not empty. One shared word is chance. */
const likeness = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
  const shared = [...b].filter(word => a.has(word)).length;
  if (shared < 2) return 0;
  return (2 * shared) / (Math.min(a.size, b.size * 2) + b.size);
};
