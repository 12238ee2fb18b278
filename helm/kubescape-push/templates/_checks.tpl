{{/* Checks that a schema cannot express. Each message begins with the key to change. */}}
{{- define "kubescape-push.checks" -}}
{{- include "kubescape-push.checkOwnKeys" . -}}
{{- include "kubescape-push.checkReceivers" . -}}
{{- include "kubescape-push.checkState" . -}}
{{- include "kubescape-push.checkDeadline" . -}}
{{- include "kubescape-push.checkNoSecrets" (dict "path" "config" "key" "config" "value" .Values.config) -}}
{{- end -}}

{{- define "kubescape-push.checkOwnKeys" -}}
{{- $config := .Values.config -}}
{{- $cluster := dig "cluster" "" $config -}}
{{- if and $cluster .Values.cluster (ne $cluster .Values.cluster) -}}
{{- fail (printf "config.cluster: %s contradicts %s in cluster; set only cluster" $cluster .Values.cluster) -}}
{{- end -}}
{{- $namespace := dig "source" "kubernetes" "namespace" "" $config -}}
{{- if and $namespace (ne $namespace .Values.kubescapeNamespace) -}}
{{- fail "config.source.kubernetes.namespace: set kubescapeNamespace instead, which also grants the permissions" -}}
{{- end -}}
{{- if dig "source" "sharding" dict $config -}}
{{- fail "config.source.sharding: set shards instead, which also sets the number of pods" -}}
{{- end -}}
{{- if dig "state_dir" "" $config -}}
{{- fail "config.state_dir: the chart sets this; set persistence.enabled to keep state" -}}
{{- end -}}
{{- if dig "agent" "heartbeat_file" "" $config -}}
{{- fail "config.agent.heartbeat_file: the chart sets this, because the probes read the same file" -}}
{{- end -}}
{{- if and (not (include "kubescape-push.readsCluster" .)) (gt (int .Values.shards) 1) -}}
{{- fail "shards: must be 1, because one pod reads all scan results from files (config.source.files.paths)" -}}
{{- end -}}
{{- end -}}

{{/* Environment variables can name receivers, and the chart cannot read them from Secrets. */}}
{{- define "kubescape-push.checkReceivers" -}}
{{- $named := or (dig "remote_write" list .Values.config) (dig "pushgateway" "url" "" .Values.config) -}}
{{- if not (or $named .Values.extraEnv .Values.extraEnvFrom) -}}
{{- fail "config.remote_write: no receiver; add one here, or set config.pushgateway.url" -}}
{{- end -}}
{{- end -}}

{{- define "kubescape-push.checkState" -}}
{{- with .Values.persistence -}}
{{- $isShared := or (has "ReadWriteMany" .accessModes) (eq $.Values.mode "agent") -}}
{{- if and .enabled (gt (int $.Values.shards) 1) (not $isShared) -}}
{{- fail "persistence.accessModes: must contain ReadWriteMany, because the pods of a sharded CronJob share one volume" -}}
{{- end -}}
{{- if and .enabled .existingClaim (gt (int $.Values.shards) 1) (eq $.Values.mode "agent") -}}
{{- fail "persistence.existingClaim: must be empty, because each pod of a sharded agent needs its own claim" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "kubescape-push.checkDeadline" -}}
{{- if eq .Values.mode "cronjob" -}}
{{- $kubernetes := dig "source" "kubernetes" dict .Values.config -}}
{{- $wait := ternary (dig "wait_timeout" "30m" $kubernetes) "0s" (not (empty (dig "wait_quiet" "" $kubernetes))) -}}
{{- $parts := list $wait (dig "retry_budget" "2m" $kubernetes) (dig "retry_budget" "2m" .Values.config) -}}
{{- with dig "deadline" "" .Values.config -}}
{{- $parts = list . -}}
{{- end -}}
{{- $needs := 0 -}}
{{- range $parts -}}
{{- $needs = add $needs (include "kubescape-push.seconds" . | atoi) -}}
{{- end -}}
{{- if ge $needs (int .Values.cronjob.activeDeadlineSeconds) -}}
{{- fail (printf "cronjob.activeDeadlineSeconds: %d s is too short, because a push may take %d s: config.deadline, or without it the sum of source.kubernetes.wait_timeout (if wait_quiet is set) and both retry_budget keys" (int .Values.cronjob.activeDeadlineSeconds) $needs) -}}
{{- end -}}
{{- else -}}
{{- $needs := include "kubescape-push.seconds" (dig "agent" "shutdown_timeout" "20s" .Values.config) | atoi -}}
{{- if ge $needs (int .Values.agent.terminationGracePeriodSeconds) -}}
{{- fail (printf "agent.terminationGracePeriodSeconds: %d s is too short, because config.agent.shutdown_timeout is %d s" (int .Values.agent.terminationGracePeriodSeconds) $needs) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Fails if config contains a secret, because everyone with access to ConfigMaps can read it. Takes path,
key and value. Below a block with keys chosen by the user, such as headers, it also takes block (the
key of the block) and name (the user's key).
*/}}
{{- define "kubescape-push.checkNoSecrets" -}}
{{- $in := . -}}
{{- if kindIs "map" .value -}}
{{- $isBlock := and (not .block) (has .key (list "headers" "http_headers" "proxy_connect_header" "endpoint_params" "external_labels" "grouping")) -}}
{{- range $name, $value := .value -}}
{{- $child := dict "path" (printf "%s.%s" $in.path $name) "key" $name "value" $value "block" $in.block "name" $in.name -}}
{{- if $isBlock -}}
{{- $child = merge (dict "block" $in.key "name" $name) $child -}}
{{- end -}}
{{- include "kubescape-push.checkNoSecrets" $child -}}
{{- end -}}
{{- else if kindIs "slice" .value -}}
{{- range $index, $value := .value -}}
{{- include "kubescape-push.checkNoSecrets" (merge (dict "path" (printf "%s[%d]" $in.path $index) "value" $value) $in) -}}
{{- end -}}
{{- else if and (kindIs "string" .value) .value -}}
{{- with include "kubescape-push.insteadOfSecret" . -}}
{{- fail (printf "%s: a ConfigMap must not contain secrets; put this value into a Secret, add the Secret to existingSecrets, and set %s to the path" $in.path .) -}}
{{- end -}}
{{- if regexMatch "(?i)^[a-z][a-z0-9+.-]*://([^/?#]*@|[^#]*[?&](token|access_token|api_?key|auth|password)=)" .value -}}
{{- fail (printf "%s: the URL contains credentials, but a ConfigMap must not contain secrets; use basic_auth or authorization with a file" .path) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
If a value looks like a secret: the key to set instead, which takes the path of a file. Otherwise empty.
*/}}
{{- define "kubescape-push.insteadOfSecret" -}}
{{- $isPlain := not .block -}}
{{- if and $isPlain (regexMatch "^(password|credentials|client_secret|secret_key|bearer_token|token|key)$" .key) -}}
{{- printf "%s_file" .key -}}
{{- else if and (eq (toString .block) "endpoint_params") (regexMatch "(?i)assertion|secret|password|token" .name) (not (hasSuffix "_type" .name)) -}}
client_secret_file
{{- else if has .block (list "headers" "http_headers" "proxy_connect_header") -}}
{{- /* The same names as in src/http/redact.ts. */ -}}
{{- $isSecret := regexMatch "(?i)auth|token|secret|key|password|cookie|credential" .name -}}
{{- if eq .key "secrets" -}}
files
{{- else if and (ne .key "files") (or $isSecret (regexMatch "(?i)^(bearer|basic)\\s" .value)) -}}
authorization.credentials_file, basic_auth.password_file or files of http_headers
{{- end -}}
{{- end -}}
{{- end -}}
