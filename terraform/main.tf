# irsa-auditor as one stack. The program irsa-auditor makes the template and the archives of its functions from the
# configuration; this module puts them into a bucket and deploys them. docs/without-cdk.md has the whole way.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
    external = {
      source  = "hashicorp/external"
      version = ">= 2.3"
    }
  }
}

variable "bucket" {
  description = "A bucket of the account, in the region that is deployed to, for the template and its code."
  type        = string
}

variable "program" {
  description = "How irsa-auditor is started: its single file, or [\"npx\", \"irsa-auditor\"]. Its version is the one that is deployed."
  type        = list(string)
  default     = ["irsa-auditor"]
}

variable "directory" {
  description = "A folder for the files that the program makes. It must be there when a plan is applied."
  type        = string
  default     = ".terraform/irsa-auditor"
}

variable "tags" {
  description = "Tags of the stack, which all of its resources get."
  type        = map(string)
  default     = {}
}

data "aws_region" "here" {}

data "aws_partition" "here" {}

# Reads its input and makes files; asks nothing of AWS.
data "external" "files" {
  program = concat(var.program, ["deploy", "terraform"])
  query = {
    bucket        = var.bucket
    region        = data.aws_region.here.id
    directory     = var.directory
    configuration = jsonencode(local.configuration)
  }
}

resource "aws_s3_object" "file" {
  for_each = jsondecode(data.external.files.result.files)

  bucket             = var.bucket
  key                = each.key
  source             = each.value
  checksum_algorithm = "SHA256"

  # The former code goes after the stack has the new one: an update that is rolled back needs it.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudformation_stack" "auditor" {
  name         = data.external.files.result.name
  template_url = "https://${var.bucket}.s3.${data.aws_region.here.id}.${data.aws_partition.here.dns_suffix}/${data.external.files.result.template}"
  capabilities = ["CAPABILITY_NAMED_IAM"]
  tags         = var.tags

  depends_on = [aws_s3_object.file]
}

output "table_name" {
  description = "Findings, history and runs. It stays when the stack is destroyed."
  value       = aws_cloudformation_stack.auditor.outputs["TableName"]
}

output "bucket_name" {
  description = "The documents of each run. It stays when the stack is destroyed."
  value       = aws_cloudformation_stack.auditor.outputs["BucketName"]
}

output "findings_topic_arn" {
  description = "Digests of what was found."
  value       = aws_cloudformation_stack.auditor.outputs["TopicArn"]
}

output "operations_topic_arn" {
  description = "Alarms about the auditor itself."
  value       = aws_cloudformation_stack.auditor.outputs["OperationsTopicArn"]
}

output "state_machine_arn" {
  description = "One execution is one audit."
  value       = aws_cloudformation_stack.auditor.outputs["StateMachineArn"]
}
