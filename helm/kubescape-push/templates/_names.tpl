{{- define "kubescape-push.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 52 characters: Kubernetes appends 11 to the name of a CronJob for each Job. */}}
{{- define "kubescape-push.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "kubescape-push.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "kubescape-push.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Cluster-scoped names contain the namespace, because releases in two namespaces may share a name. */}}
{{- define "kubescape-push.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "kubescape-push.fullname" .) -}}
{{- end -}}

{{- define "kubescape-push.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "kubescape-push.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "kubescape-push.selectorLabels" -}}
app.kubernetes.io/name: {{ include "kubescape-push.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "kubescape-push.labels" -}}
{{- with .Values.commonLabels }}
{{- toYaml . }}
{{ end -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "kubescape-push.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: kubescape
{{- end -}}

{{- define "kubescape-push.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* Whether the agent needs a StatefulSet: it has several pods, or a volume. */}}
{{- define "kubescape-push.isStateful" -}}
{{- if and (eq .Values.mode "agent") (or (gt (int .Values.shards) 1) .Values.persistence.enabled) -}}true{{- end -}}
{{- end -}}

{{- define "kubescape-push.claimName" -}}
{{- default (printf "%s-state" (include "kubescape-push.fullname" .)) .Values.persistence.existingClaim -}}
{{- end -}}
