/** References of Terraform in the texts of a policy or an annotation, by what their values can be (hashicorp/aws, attributes of
 *  resources and data sources). */

const name = String.raw`\.[\w-]+(?:\[[^\]]*\])?\.`;

const referenceTo = (...parts: readonly string[]): RegExp => new RegExp(String.raw`^\$\{(?:${parts.join('|')})\}$`);

const ofCluster = referenceTo(String.raw`(?:data\.)?aws_eks_\w+${name}[^{}]+`);
const ofNoIssuer = referenceTo(
  String.raw`(?:data\.)?aws_eks_cluster${name}(?:arn|id|name|endpoint|role_arn|version|cluster_id|certificate_authority[\w.[\]]*)`,
);
const otherArn = referenceTo(
  String.raw`(?:data\.)?aws_iam_(?:role|policy|user|group)\w*${name}arn`,
  String.raw`data\.aws_iam_openid_connect_provider${name}url|[^{}]+ issuer`,
  String.raw`module${name}(?:cluster_arn|(?:iam_)?role_arn|\w*oidc_(?:provider|issuer|issuer_url))`,
);
const otherThanRole = referenceTo(
  String.raw`(?:data\.)?aws_iam_role${name}(?:id|name|name_prefix|unique_id|path)`,
  String.raw`(?:data\.)?aws_iam_(?:policy|user|group|instance_profile|openid_connect_provider|saml_provider)${name}(?:arn|id|name|unique_id)`,
);
const role =
  /^\$\{(aws_iam_role\.[\w-]+|module\.[\w-]+(?=(?:\[[^\]]*\])?\.(?:iam_)?(?:role_)?arn\}))(?:\[[^\]]*\])?\.(?:\w+_)?arn\}$/;

/** True for a reference to a cluster, or to another part of EKS: none of its values is the ARN of a provider. */
export const isOfCluster = (text: string): boolean => ofCluster.test(text);

/** True for a reference to what a cluster has beside its issuer. */
export const isNoIssuer = (text: string): boolean => ofNoIssuer.test(text);

/** True for a reference to the ARN of what is no provider, or to the name of an issuer. */
export const isNoProvider = (text: string): boolean => otherArn.test(text) || isOfCluster(text);

/** True for a reference to what is no ARN of a role: another attribute of one, or another resource. */
export const isNoRole = (text: string): boolean => otherThanRole.test(text);

/** The role whose ARN a text refers to: `aws_iam_role.app`, `module.irsa`. */
export const roleReferred = (text: string): string | undefined => role.exec(text)?.[1];
