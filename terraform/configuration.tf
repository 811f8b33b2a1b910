# Made by `npm run docs` from the schema of the configuration (docs/schema/config.json). Not to be edited.

variable "name" {
  description = "Prefix of everything that is deployed."
  type        = string
  default     = null
}

variable "schedule" {
  description = "When audits start: a rate or a cron of EventBridge Scheduler."
  type        = object({ expression = optional(string), timeZone = optional(string), enabled = optional(bool) })
  default     = null
}

variable "accounts" {
  description = "AWS accounts to audit: the own one, a list, or an organization."
  type        = any
  default     = null
}

variable "member_role" {
  description = "The role that other accounts are read through (docs/member-role.yaml)."
  type        = object({ name = optional(string), externalId = optional(string) })
  default     = null
}

variable "regions" {
  description = "Regions to audit, or all that have EKS and are enabled in the account; the stack's own region if absent."
  type        = any
  default     = null
}

variable "registered_issuers" {
  description = "Issuers to audit as those of EKS, such as of other clusters."
  type        = list(string)
  default     = null
}

variable "trusted" {
  description = "The zone of trust: who may assume roles without being told as a stranger (docs/security.md)."
  type        = object({ organizations = optional(list(string)), accounts = optional(list(string)), principals = optional(list(string)), issuers = optional(list(string)), owners = optional(list(string)) })
  default     = null
}

variable "all_roles" {
  description = "Judge roles that no pod can assume too: whether strangers can assume them."
  type        = bool
  default     = null
}

variable "role_details" {
  description = "Read GetAccountAuthorizationDetails: last use, administrator policies."
  type        = bool
  default     = null
}

variable "role_permissions" {
  description = "Read what roles may do: the level of each that pods can assume; includes roleDetails."
  type        = bool
  default     = null
}

variable "unused_permissions" {
  description = "Ask IAM which services each role that pods can assume never called: two calls a role; includes rolePermissions."
  type        = bool
  default     = null
}

variable "resource_control_policies" {
  description = "Read the organization's resource control policies, with rolePermissions its service control policies too: only from its management account or a delegated administrator."
  type        = bool
  default     = null
}

variable "rbac" {
  description = "With inCluster: read roles, bindings and access entries of clusters too: who can become a service account."
  type        = bool
  default     = null
}

variable "in_cluster" {
  description = "Read service accounts, pods and the webhook inside clusters; with the network that reaches private ones."
  type        = object({ enabled = optional(bool), vpc = optional(object({ vpcId = string, subnetIds = list(string), securityGroupIds = list(string) })) })
  default     = null
}

variable "cloud_trail" {
  description = "Read calls of AssumeRoleWithWebIdentity from CloudTrail."
  type        = object({ enabled = optional(bool), lookbackMinutes = optional(number), maxCalls = optional(number) })
  default     = null
}

variable "min_severity" {
  description = "Findings below are stored, not sent."
  type        = string
  default     = null
}

variable "notifications" {
  description = "Who is told of findings (docs/alerts.md)."
  type        = any
  default     = null
}

variable "operations" {
  description = "Who reads the alarms about the auditor itself. Required to deploy; \"none\" if nobody does."
  type        = any
}

variable "customer_key" {
  description = "Encrypt the topics and the queues of undelivered digests and schedules with a KMS key of the account, for a dollar a month. The table, the bucket and the queues of the fast lane keep keys of AWS."
  type        = bool
  default     = null
}

variable "dashboard" {
  description = "A CloudWatch dashboard and the metrics that it shows, for some five dollars a month."
  type        = bool
  default     = null
}

variable "accounts_at_once" {
  description = "Accounts that are collected or evaluated at once; each takes one concurrent execution of Lambda."
  type        = number
  default     = null
}

variable "weekly_summary" {
  description = "Send what is still open, once a week."
  type        = object({ enabled = optional(bool), expression = optional(string) })
  default     = null
}

variable "fast_lane" {
  description = "Tell of changes within minutes, with who made them (docs/deploy.md)."
  type        = object({ enabled = optional(bool), organizationId = optional(string) })
  default     = null
}

variable "event_bridge" {
  description = "Put an event for each transition on the default event bus."
  type        = object({ enabled = optional(bool) })
  default     = null
}

variable "security_hub" {
  description = "Import findings into Security Hub."
  type        = object({ enabled = optional(bool) })
  default     = null
}

variable "retention" {
  description = "Days that findings, history, documents of runs and logs are kept."
  type        = object({ resolvedDays = optional(number), historyDays = optional(number), snapshotDays = optional(number), logDays = optional(number) })
  default     = null
}

variable "rules" {
  description = "Overrides by rule id."
  type        = map(object({ enabled = optional(bool), severity = optional(string) }))
  default     = null
}

variable "waivers" {
  description = "Findings that are accepted for a while (docs/alerts.md)."
  type        = list(object({ rule = string, subject = string, reason = string, owner = string, expires = string, finding = optional(string), upTo = optional(string) }))
  default     = null
}

variable "environments" {
  description = "How environments are told apart: reports roles that they share. Off if absent."
  type        = object({ tag = optional(string), accounts = optional(map(string)) })
  default     = null
}

variable "unused_after_days" {
  description = "Days without a call after which a role is unused."
  type        = number
  default     = null
}

locals {
  configuration = {
    name                    = var.name
    schedule                = var.schedule
    accounts                = var.accounts
    memberRole              = var.member_role
    regions                 = var.regions
    registeredIssuers       = var.registered_issuers
    trusted                 = var.trusted
    allRoles                = var.all_roles
    roleDetails             = var.role_details
    rolePermissions         = var.role_permissions
    unusedPermissions       = var.unused_permissions
    resourceControlPolicies = var.resource_control_policies
    rbac                    = var.rbac
    inCluster               = var.in_cluster
    cloudTrail              = var.cloud_trail
    minSeverity             = var.min_severity
    notifications           = var.notifications
    operations              = var.operations
    customerKey             = var.customer_key
    dashboard               = var.dashboard
    accountsAtOnce          = var.accounts_at_once
    weeklySummary           = var.weekly_summary
    fastLane                = var.fast_lane
    eventBridge             = var.event_bridge
    securityHub             = var.security_hub
    retention               = var.retention
    rules                   = var.rules
    waivers                 = var.waivers
    environments            = var.environments
    unusedAfterDays         = var.unused_after_days
  }
}
