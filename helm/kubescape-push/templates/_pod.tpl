{{/*
The spec of every pod. Takes root, args (the command-line arguments), restartPolicy, hasState, and
probes (whether the kubelet checks the heartbeat).
*/}}
{{- define "kubescape-push.podSpec" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
serviceAccountName: {{ include "kubescape-push.serviceAccountName" $root }}
automountServiceAccountToken: {{ include "kubescape-push.usesServiceAccount" $root | eq "true" }}
enableServiceLinks: false
{{- with $values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
restartPolicy: {{ .restartPolicy }}
{{- with .gracePeriod }}
terminationGracePeriodSeconds: {{ . }}
{{- end }}
securityContext:
  {{- mustMergeOverwrite (dict "fsGroupChangePolicy" "OnRootMismatch") $values.podSecurityContext (dict "runAsNonRoot" true "seccompProfile" (dict "type" "RuntimeDefault")) | toYaml | nindent 2 }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: kubescape-push
    image: {{ include "kubescape-push.image" $root | quote }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    args: {{ toJson .args }}
    env:
      - name: KUBESCAPE_PUSH_CONFIG
        value: /etc/kubescape-push/config.yaml
      {{- if .probes }}
      # The probes read this variable too.
      - name: KUBESCAPE_PUSH_HEARTBEAT_FILE
        value: /var/run/kubescape-push/heartbeat
      {{- end }}
      {{- with $values.extraEnv }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- with $values.extraEnvFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    securityContext:
      runAsNonRoot: true
      readOnlyRootFilesystem: true
      allowPrivilegeEscalation: false
      privileged: false
      capabilities:
        drop: [ALL]
      seccompProfile:
        type: RuntimeDefault
    resources:
      {{- toYaml $values.resources | nindent 6 }}
    {{- if .probes }}
    {{- include "kubescape-push.probes" $root | trim | nindent 4 }}
    {{- end }}
    volumeMounts:
      - name: config
        mountPath: /etc/kubescape-push/config.yaml
        subPath: config.yaml
        readOnly: true
      {{- range $values.existingSecrets }}
      - name: secret-{{ . }}
        mountPath: /var/run/secrets/{{ . }}
        readOnly: true
      {{- end }}
      {{- if $values.projectedTokens }}
      - name: tokens
        mountPath: /var/run/tokens
        readOnly: true
      {{- end }}
      {{- if .hasState }}
      - name: state
        mountPath: /var/lib/kubescape-push
      {{- end }}
      {{- if .probes }}
      - name: heartbeat
        mountPath: /var/run/kubescape-push
      {{- end }}
      {{- with $values.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
volumes:
  - name: config
    configMap:
      name: {{ include "kubescape-push.fullname" $root }}
  {{- range $values.existingSecrets }}
  - name: secret-{{ . }}
    secret:
      secretName: {{ . }}
      # Octal 0440. YAML 1.1 and 1.2 spell octal numbers differently.
      defaultMode: 288
  {{- end }}
  {{- with $values.projectedTokens }}
  - name: tokens
    projected:
      # Octal 0440. YAML 1.1 and 1.2 spell octal numbers differently.
      defaultMode: 288
      sources:
        {{- range . }}
        - serviceAccountToken:
            path: {{ .name }}
            audience: {{ .audience }}
            expirationSeconds: {{ default 3600 .expirationSeconds | int }}
        {{- end }}
  {{- end }}
  {{- if and .hasState (not .hasClaimTemplate) }}
  - name: state
    {{- if $values.persistence.enabled }}
    persistentVolumeClaim:
      claimName: {{ include "kubescape-push.claimName" $root }}
    {{- else }}
    emptyDir:
      sizeLimit: {{ $values.persistence.size }}
    {{- end }}
  {{- end }}
  {{- if .probes }}
  - name: heartbeat
    emptyDir:
      sizeLimit: 1Mi
  {{- end }}
  {{- with $values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* The program opens no port, so the probes run a command. The image has no shell, so they call Node.js. */}}
{{- define "kubescape-push.probes" -}}
{{- range $kind := list "liveness" "readiness" }}
{{ $kind }}Probe:
  exec:
    command: [/nodejs/bin/node, /app/dist/cli.cjs, health, --{{ $kind }}]
  {{- toYaml (index $.Values.agent (printf "%sProbe" $kind)) | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "kubescape-push.podMetadata" -}}
labels:
  {{- with .root.Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- include "kubescape-push.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
annotations:
  {{- with .root.Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  checksum/config: {{ include "kubescape-push.config" .root | sha256sum }}
{{- end -}}
