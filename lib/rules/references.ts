/** A page of the EKS User Guide by its name, with its anchor where it has one. */
export const eksGuide = (page: string): string => `https://docs.aws.amazon.com/eks/latest/userguide/${pageFile(page)}`;

/** A page of the IAM User Guide by its name, with its anchor where it has one. */
export const iamGuide = (page: string): string => `https://docs.aws.amazon.com/IAM/latest/UserGuide/${pageFile(page)}`;

/** The EKS best practices on identities: who may use a role, and with which rights. */
export const bestPractices =
  'https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html';

const pageFile = (page: string): string => page.replace(/#|$/, '.html$&');
