import { ApiSettings } from "@platz/api-app";
import { ChartDiscoverySettings } from "@platz/chart-discovery";
import { AgentSettings } from "@platz/k8s-agent";
import { StatusUpdatesSettings } from "@platz/status-updates";
import { z } from "zod";

/** The settings of every process together. What two of them read has one name and one meaning. */
export const AllSettings = z.object({
  ...ChartDiscoverySettings.shape,
  ...StatusUpdatesSettings.shape,
  ...AgentSettings.shape,
  ...ApiSettings.shape,
});
export type AllSettings = z.output<typeof AllSettings>;
