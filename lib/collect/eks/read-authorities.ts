/** The certificate authorities of a cluster, of which one signs (docs/facts.md §D.7). */
import {
  DescribeCertificateAuthorityCommand,
  type EKSClient,
  ListCertificateAuthoritiesCommand,
} from '@aws-sdk/client-eks';
import * as z from 'zod';
import {
  type Cluster,
  type ClusterAuthority,
  type Collected,
  complete,
  type ReadFailure,
  unavailable,
} from '../../model.ts';
import { given } from '../../text.ts';
import { certificatesOfBundle } from '../certificates.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { requiredText } from '../world-text.ts';

const listOperation = 'eks:ListCertificateAuthorities';
const describeOperation = 'eks:DescribeCertificateAuthority';
/** A rotation has two: the outgoing one and its successor. */
const maxAuthorities = 10;
/** Characters of one certificate, base64 of PEM. */
const maxData = 20_000;

const instant = z
  .date()
  .nullish()
  .transform(date => date?.toISOString());
const listAnswer = z.object({ certificateAuthorities: z.array(z.object({ id: requiredText })).max(100) });
const describeAnswer = z.object({
  certificateAuthority: z.object({
    id: requiredText,
    signingStatus: requiredText,
    activatedAt: instant,
    scheduledEvents: z.object({ firstAutoActivation: instant, finalAutoActivation: instant }).nullish(),
    data: z.string().max(maxData).nullish(),
  }),
});

/**
 * The authorities of a cluster whose trust bundle has several certificates: one call, and one for each authority. Undefined
 * for any other cluster: its only authority signs.
 */
export const readAuthorities = async (
  eks: EKSClient,
  { name, caCertificates }: Pick<Cluster, 'name' | 'caCertificates'>,
): Promise<Collected<readonly ClusterAuthority[]> | undefined> => {
  if (caCertificates.length < 2) return undefined;
  try {
    const listed = listAnswer.safeParse(await eks.send(new ListCertificateAuthoritiesCommand({ clusterName: name })));
    if (!listed.success) return unavailable(invalidAnswer(listOperation, 'the answer is not a list of authorities'));
    const ids = listed.data.certificateAuthorities.slice(0, maxAuthorities);
    const read = await Promise.all(ids.map(({ id }) => describe(eks, name, id)));
    const failed = read.find(one => 'kind' in one);
    return failed === undefined
      ? complete(read.filter((one): one is ClusterAuthority => !('kind' in one)))
      : unavailable(failed as ReadFailure);
  } catch (error) {
    return unavailable(readFailureFromError(error, listOperation));
  }
};

const describe = async (eks: EKSClient, clusterName: string, id: string): Promise<ClusterAuthority | ReadFailure> => {
  try {
    const command = new DescribeCertificateAuthorityCommand({ clusterName, certificateAuthorityId: id });
    const answer = describeAnswer.safeParse(await eks.send(command));
    if (!answer.success) return invalidAnswer(describeOperation, `the answer for ${id} is not an authority`);
    return authorityOf(answer.data.certificateAuthority);
  } catch (error) {
    return readFailureFromError(error, describeOperation);
  }
};

const authorityOf = ({
  id,
  signingStatus,
  activatedAt,
  scheduledEvents,
  data,
}: z.output<typeof describeAnswer>['certificateAuthority']): ClusterAuthority => ({
  id,
  signing: signingStatus,
  ...given({
    sha256: certificatesOfBundle(data ?? '')?.[0]?.sha256,
    activatedAt,
    firstActivation: scheduledEvents?.firstAutoActivation,
    lastActivation: scheduledEvents?.finalAutoActivation,
  }),
});
