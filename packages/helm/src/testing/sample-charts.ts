/** Templates of charts that tests install. */
export const configMap = {
  "config.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  text: {{ required "text is needed" .Values.text | quote }}
`,
};

/** A Job as a hook that no node takes: Helm waits for it until it is stopped. */
export const neverReady = {
  "hook.yaml": `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-hook
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  template:
    spec:
      restartPolicy: Never
      nodeSelector: { "platz.test/nowhere": "true" }
      containers: [{ name: wait, image: "example.invalid/wait" }]
`,
};

/** What a person reads after the install, with a value in it. */
export const notes = { ...configMap, "NOTES.txt": "the text is {{ .Values.text }}\n" };

/** What a person reads after the install, with texts in every way in which a template can write them. */
export const writing = {
  "config.yaml": configMap["config.yaml"].replace('required "text is needed" ', ""),
  "NOTES.txt": `as written:
{{- range .Values.texts }}
{{ . }}
{{ . | quote }} {{ . | squote }} {{ toJson . }} {{ toJson . | quote }} {{ dict "k" . | toJson | b64enc }}
{{ toYaml . }}
{{ dict "k" . | toYaml | nindent 8 }}
{{ printf "%q" . }} {{ printf "%+q" . }} {{ printf "%x" . }} {{ printf "% x" . }} {{ printf "%X" . }}
{{ . | b64enc }} {{ . | b64enc | b64enc }} {{ printf "user:%s" . | b64enc }} {{ printf "a:%s" (. | b64enc) | b64enc }}
{{ . | b32enc }} {{ . | urlquery }} {{ . | html }} {{ . | js }} {{ . | upper }} {{ . | lower }} {{ . | swapcase }}
{{ wrapWith 3 "\\n    " . }}
{{- end }}
`,
};

/** Templates that make more than any machine should have for them. */
export const greedy = { "config.yaml": `text: {{ repeat 400000000 "x" }}\n` };

/** Templates that come to no end. */
export const endless = {
  "config.yaml": `{{ range until 100000 }}{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}{{ end }}\n`,
};

/** A namespace by itself, so that a test has one to install into. */
export const namespace = {
  "namespace.yaml": `apiVersion: v1
kind: Namespace
metadata:
  name: {{ .Values.name }}
`,
};
