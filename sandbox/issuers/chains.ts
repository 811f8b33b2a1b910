import { given } from '../../lib/text.ts';
import { aParty, certify, type MadeCertificate, type Party, privateKeyPem } from './certificate-maker.ts';

/** The chains that an issuer's server can send. */
export const chainNames = [
  /** Leaf, intermediate, root cross-signed by an older root: the form that EKS serves (docs/facts.md §B.5). */
  'public',
  /** As `public`, with the self-signed root instead of the cross-signed one. */
  'root-sent',
  /** Leaf and intermediate; the root is public and is not sent. */
  'root-not-sent',
  /** As `public`, but from another intermediate and another public root: what a change of authority looks like. */
  'rotated',
  /** From a company's own authority. */
  'private',
  /** From the authority of a TLS-inspecting proxy, which signs in place of the real one. */
  'intercepted',
  /** As `public`; the intermediate ends in 20 days. */
  'expiring',
  /** As `public`; the intermediate ends in 5 days. */
  'expiring-soon',
  /** As `public`; the intermediate ends in 120 days. */
  'expiring-later',
  /** The intermediate is missing. */
  'leaf-only',
  /** As `public`; the leaf ended yesterday. */
  'expired',
  /** As `public`; the leaf is for another host. */
  'wrong-name',
] as const;
export type ChainName = (typeof chainNames)[number];

/** True if a text names a chain. */
export const isChainName = (text: string): text is ChainName => chainNames.some(name => name === text);

/** The chain of a server: the certificates in the order sent, and its key. */
export interface ServerChain {
  readonly sent: readonly MadeCertificate[];
  readonly keyPem: string;
}

/** All authorities of one sandbox. */
export interface Authorities {
  /** The self-signed roots that are taken as public in this sandbox. */
  readonly publicRoots: readonly MadeCertificate[];
  /** Makes the chain of that name for a host. */
  readonly chainFor: (host: string, name: ChainName) => Promise<ServerChain>;
}

/** Makes the authorities: two public hierarchies, an older root that cross-signs, a company's own and a proxy's.
 *  A certificate that ends soon or has ended does so by `now`, in milliseconds since 1970. */
export const makeAuthorities = async (now: number): Promise<Authorities> => {
  const [oldRoot, root, intermediate, otherRoot, otherIntermediate, company, companyIssuing, proxy] =
    (await Promise.all(
      [
        'C=US, O=Sandbox Trust, CN=Sandbox Old Root G1',
        'C=US, O=Sandbox Trust, CN=Sandbox Root CA 1',
        'C=US, O=Sandbox Trust, CN=Sandbox EC M01',
        'C=US, O=Sandbox Trust, CN=Sandbox Root CA 2',
        'C=US, O=Sandbox Trust, CN=Sandbox EC M02',
        'O=Example Corp, CN=Example Corp Internal Root',
        'O=Example Corp, CN=Example Corp Issuing CA',
        'O=Example Corp, CN=Example Web Gateway CA',
      ].map(aParty),
    )) as [Party, Party, Party, Party, Party, Party, Party, Party];
  const signed = {
    oldRoot: await certify(oldRoot, oldRoot),
    root: await certify(root, root),
    crossSigned: await certify(root, oldRoot),
    otherRoot: await certify(otherRoot, otherRoot),
    company: await certify(company, company),
    proxy: await certify(proxy, proxy),
  };
  const under = async (issuing: Party, from: Party, tops: readonly MadeCertificate[], toDay?: number) => ({
    issuing,
    above: [await certify(issuing, from, { now, ...given({ toDay }), pathLength: 0 }), ...tops],
  });
  const hierarchyOf = (name: ChainName) => {
    if (name === 'root-sent') return under(intermediate, root, [signed.root]);
    if (name === 'root-not-sent') return under(intermediate, root, []);
    if (name === 'rotated') return under(otherIntermediate, otherRoot, [signed.otherRoot]);
    if (name === 'private') return under(companyIssuing, company, [signed.company]);
    if (name === 'intercepted') return { issuing: proxy, above: [signed.proxy] };
    if (name === 'leaf-only') return { issuing: intermediate, above: [] };
    return under(intermediate, root, [signed.crossSigned], daysOfIntermediate[name]);
  };
  const madeOnce = new Map<ChainName, ReturnType<typeof hierarchyOf>>();
  return {
    publicRoots: [signed.oldRoot, signed.root, signed.otherRoot],
    chainFor: async (host, name) => {
      const known = madeOnce.get(name) ?? hierarchyOf(name);
      madeOnce.set(name, known);
      const { issuing, above } = await known;
      const server = await aParty(`CN=${host}`.slice(0, 67));
      const hosts = [name === 'wrong-name' ? 'elsewhere.example' : host];
      const leaf = await certify(server, issuing, { now, hosts, ...(name === 'expired' ? { toDay: -1 } : {}) });
      return { sent: [leaf, ...above], keyPem: await privateKeyPem(server) };
    },
  };
};

const daysOfIntermediate: Readonly<Partial<Record<ChainName, number>>> = {
  expiring: 20,
  'expiring-soon': 5,
  'expiring-later': 120,
};
