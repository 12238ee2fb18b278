{{/* The text of the configuration file: the user's keys, and the keys that the chart sets. */}}
{{- define "kubescape-push.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- $derived := dict -}}
{{- with .Values.cluster -}}
{{- $_ := set $derived "cluster" . -}}
{{- end -}}
{{- $source := dict -}}
{{- if include "kubescape-push.readsCluster" . -}}
{{- $_ := set $source "kubernetes" (dict "namespace" .Values.kubescapeNamespace) -}}
{{- end -}}
{{- if gt (int .Values.shards) 1 -}}
{{- $_ := set $source "sharding" (dict "shards" (int .Values.shards) "shard" "auto") -}}
{{- end -}}
{{- if $source -}}
{{- $_ := set $derived "source" $source -}}
{{- end -}}
{{- if or .Values.persistence.enabled (eq .Values.mode "agent") -}}
{{- $_ := set $derived "state_dir" "/var/lib/kubescape-push" -}}
{{- end -}}
{{- mustMergeOverwrite $config $derived | toYaml -}}
{{- end -}}

{{- define "kubescape-push.readsCluster" -}}
{{- if not (dig "source" "files" "paths" list .Values.config) -}}true{{- end -}}
{{- end -}}

{{/*
Whether the pod reads the cluster as its service account. With a kubeconfig, it reads another cluster
or uses other credentials.
*/}}
{{- define "kubescape-push.usesServiceAccount" -}}
{{- if and (include "kubescape-push.readsCluster" .) (not (dig "source" "kubernetes" "kubeconfig" "" .Values.config)) -}}true{{- end -}}
{{- end -}}

{{/* Whether the name of the cluster comes from Kubescape's ConfigMap. */}}
{{- define "kubescape-push.looksUpCluster" -}}
{{- if not (or .Values.cluster (dig "cluster" "" .Values.config)) -}}true{{- end -}}
{{- end -}}

{{/* The kinds that the enabled metrics need, separated by commas. */}}
{{- define "kubescape-push.storageKinds" -}}
{{- $groups := dig "metrics" "groups" (list "vulnerabilities" "scans" "posture") .Values.config -}}
{{- $kinds := list -}}
{{- if or (has "vulnerabilities" $groups) (has "scans" $groups) (has "findings" $groups) (has "relevancy" $groups) (has "cve" $groups) (dig "metrics" "custom" list .Values.config) -}}
{{- $kinds = concat $kinds (list "vulnerabilitymanifests" "vulnerabilitymanifestsummaries") -}}
{{- end -}}
{{- if has "posture" $groups -}}
{{- $kinds = concat $kinds (list "workloadconfigurationscansummaries" "workloadconfigurationscans") -}}
{{- end -}}
{{- join "," $kinds -}}
{{- end -}}

{{/* A duration such as 1h30m in whole seconds; milliseconds count as 0. */}}
{{- define "kubescape-push.seconds" -}}
{{- $units := dict "s" 1 "m" 60 "h" 3600 "d" 86400 "w" 604800 "y" 31536000 -}}
{{- $sum := 0 -}}
{{- range regexFindAll "[0-9]+(ms|[smhdwy])" . -1 -}}
{{- if not (hasSuffix "ms" .) -}}
{{- $unit := substr (int (sub (len .) 1)) (len .) . -}}
{{- $sum = add $sum (mul (trimSuffix $unit . | atoi) (get $units $unit | int)) -}}
{{- end -}}
{{- end -}}
{{- $sum -}}
{{- end -}}

{{/*
Whether to install the dashboards for the agent or for the CronJob: values that are pushed once need
different queries than values that stay visible, as in a Pushgateway. Alert rules depend only on the
mode, because only the age of a push shows that later pushes failed.
*/}}
{{- define "kubescape-push.dashboardFlavour" -}}
{{- $staysVisible := or (eq .Values.mode "agent") (include "kubescape-push.isForPushgateway" .) -}}
{{- ternary "agent" "cronjob" (not (empty $staysVisible)) -}}
{{- end -}}

{{/* Whether a Pushgateway is the only receiver. */}}
{{- define "kubescape-push.isForPushgateway" -}}
{{- if and (dig "pushgateway" "url" "" .Values.config) (not (dig "remote_write" list .Values.config)) -}}true{{- end -}}
{{- end -}}
