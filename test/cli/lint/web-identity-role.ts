/** A role of Terraform for tokens of one provider: both are expressions of Terraform. */
export const webIdentityRole = (provider: string, condition: string): string => `resource "aws_iam_role" "app" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = ${provider} }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = ${condition}
    }]
  })
}
`;
