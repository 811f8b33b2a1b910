/** The objects of files that bear on IRSA. */
import { folderOf, type SourceDocument, type SourceNode } from '../source-tree.ts';

/** A service account in a file. */
export interface FoundServiceAccount {
  readonly document: SourceDocument;
  readonly at: number;
  readonly name: string;
  /** Absent where the file names none: whoever deploys it chooses. */
  readonly namespace?: string;
  readonly annotations: readonly FoundEntry[];
  readonly labels: readonly FoundEntry[];
  /** Its names where no variable of the module has its default. */
  readonly loose?: { readonly name: string; readonly namespace?: string };
  /** Its role is all that is known: the annotation stands in values or in a patch. */
  readonly isMention?: true;
  /** eksctl makes the role, and writes the annotation. */
  readonly isRoleMade?: true;
}

/** An annotation or a label. */
export interface FoundEntry {
  readonly key: string;
  readonly value: string;
  readonly at: number;
  /** The value is the ARN of this role of the same folder: `aws_iam_role.app`, `module.irsa`. */
  readonly ofRole?: string;
}

/** The entries of a map of texts. One that is null has none: the API server makes an empty text of it. */
export const entriesOf = (map: SourceNode | undefined): readonly FoundEntry[] =>
  map?.kind === 'object'
    ? map.members.flatMap(({ key, at, value }) =>
        'text' in value ? { key, at, value: value.kind === 'null' ? '' : value.text } : [],
      )
    : [];

/** A pod, or an object with a template for pods. */
export interface FoundWorkload {
  readonly document: SourceDocument;
  readonly at: number;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly serviceAccount: string;
  /** Where its service account is named. */
  readonly accountAt?: number;
  /** The pod, or its template, as JSON: a tree with places takes ten times the room. */
  readonly pod: string;
  /** The annotation of a role on its pods, which the webhook ignores. */
  readonly roleOnPods?: Pick<FoundEntry, 'key' | 'at'>;
  /** Its pods have access keys in their environment. */
  readonly hasKeys?: true;
  /** The folder of its service account, where one kustomization deploys both. */
  readonly folder?: string;
}

/** Objects of one folder are for one cluster: the folder by which an object belongs to others. */
export const clusterFolderOf = ({ document, folder }: Pick<FoundWorkload, 'document' | 'folder'>): string =>
  folder ?? folderOf(document.name);

/** A Pod Identity association that a file asks for. */
export interface FoundAssociation {
  readonly document: SourceDocument;
  readonly at: number;
  /** How it is named in messages. */
  readonly owner: string;
  /** Where it is one among several: which cluster it is of, as it is written. */
  readonly cluster?: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn?: string;
  /** The role is this one of the same folder: `aws_iam_role.app`, `module.app`. */
  readonly ofRole?: string;
}

/** The changes of a kustomization to the objects that it deploys. */
export interface FoundKustomization {
  /** The folder that it stands for; empty for one that stands for none. */
  readonly folder: string;
  /** Files and folders, from where the names of files begin. */
  readonly resources: readonly string[];
  readonly namespace?: string;
  readonly prefix?: string;
  readonly suffix?: string;
}

/** Nothing that bears on IRSA. */
export const noObjects: FoundObjects = { serviceAccounts: [], workloads: [], associations: [], kustomizations: [] };

/** The objects of one file. */
export interface FoundObjects {
  readonly serviceAccounts: readonly FoundServiceAccount[];
  readonly workloads: readonly FoundWorkload[];
  readonly associations: readonly FoundAssociation[];
  readonly kustomizations: readonly FoundKustomization[];
}

/** The objects of several files. */
export const joined = (all: readonly FoundObjects[]): FoundObjects => ({
  serviceAccounts: all.flatMap(one => one.serviceAccounts),
  workloads: all.flatMap(one => one.workloads),
  associations: all.flatMap(one => one.associations),
  kustomizations: all.flatMap(one => one.kustomizations),
});
