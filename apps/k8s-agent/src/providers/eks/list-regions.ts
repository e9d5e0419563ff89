import { DescribeRegionsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { awsClientOptions } from "@platz/aws";
import type { AwsAccount } from "./aws-account.ts";

/** The regions that are enabled for an account. */
export async function listRegions(
  { credentials }: AwsAccount,
  options: {
    readonly homeRegion: string | undefined;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
): Promise<string[]> {
  const region = options.homeRegion === undefined ? {} : { region: options.homeRegion };
  const client = new EC2Client({ ...awsClientOptions(options.timeoutMs), ...region, credentials });
  try {
    const { Regions = [] } = await client.send(new DescribeRegionsCommand({}), {
      abortSignal: options.signal,
    });
    return Regions.flatMap(({ RegionName }) => RegionName ?? []);
  } finally {
    client.destroy();
  }
}
