import { insertPlain, renderSecrets, renderValues } from "@platz/chart-ext";
import { findDeploymentTask } from "@platz/db/queries/deployment-tasks";
import { findDeployment } from "@platz/db/queries/deployments";
import { findEnv } from "@platz/db/queries/envs";
import { findHelmChart, type HelmChartOfKind } from "@platz/db/queries/helm-charts";
import { findK8sCluster } from "@platz/db/queries/k8s-clusters";
import {
  type DeploymentTask,
  type DeploymentTaskId,
  type JsonObject,
  type OperationOf,
  PreconditionFailed,
} from "@platz/domain";
import { chartFeatures, chartForm } from "../../chart/chart-extensions.ts";
import type { ServiceDependencies } from "../../context.ts";
import { platzInfo, type ValuesPlace } from "./platz-info.ts";
import { type ItemSource, resolveItem } from "./resolve-item.ts";
import { standardIngress } from "./standard-ingress.ts";
