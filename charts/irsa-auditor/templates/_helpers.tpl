{{- define "irsa-auditor.fullname" -}}
{{- if contains "irsa-auditor" .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}{{ else }}{{ printf "%s-irsa-auditor" .Release.Name | trunc 52 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "irsa-auditor.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}{{ default (include "irsa-auditor.fullname" .) .Values.serviceAccount.name }}{{ else }}{{ required "serviceAccount.name is wanted where serviceAccount.create is false" .Values.serviceAccount.name }}{{ end }}
{{- end }}

{{/* The cluster's own objects: two releases in two namespaces do not share one. */}}
{{- define "irsa-auditor.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "irsa-auditor.fullname" .) | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "irsa-auditor.labels" -}}
app.kubernetes.io/name: irsa-auditor
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}
