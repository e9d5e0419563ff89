import { z } from "zod";
import { list } from "./list.ts";

/** The setting of whatever process saves deployments, by edits of people or by upgrade policies. */
export const reservedHosts = {
  PLATZ_RESERVED_HOSTS: list(
    z
      .string()
      .toLowerCase()
      .regex(
        /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
        "must be hosts such as login.apps.example.com, or their first labels, such as login",
      ),
  ).describe(
    "Hosts that no deployment may take, or their first labels, by commas; platz and the host of PLATZ_OWN_URL are reserved anyway.",
  ),
};
