import type { ChartFiles } from "../package-chart.ts";

/** The files of a small chart that Helm can install. */
export function sampleChart(name: string, version = "1.0.0"): ChartFiles {
  return {
    "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: ${version}\ndescription: A small chart\n`,
    "values.yaml": "text: hello\n",
    "templates/config.yaml":
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  text: {{ .Values.text | quote }}\n",
    "platz/values-ui.yaml": "inputs: []\n",
  };
}
