export { ChartDiscoverySettings } from "./settings.ts";
export { type ChartDiscoveryParts, startChartDiscovery } from "./start-chart-discovery.ts";
