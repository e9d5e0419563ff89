export {
  type PushedChart,
  pushSampleCharts,
  type SampleChart,
  sampleChartFiles,
  sampleCharts,
} from "./sample-charts.ts";
