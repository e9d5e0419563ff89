import type { Client } from "@platz/client";
import type { askAbout, DemoStack } from "./demo-world.ts";
import type { Play } from "./play.ts";

/** What the steps hand on to one another. */
export interface Scene {
  readonly stack: DemoStack;
  readonly play: Play;
  readonly client: Client;
  readonly about: ReturnType<typeof askAbout>;
  /** Sets this performance apart from others on the same stack. */
  readonly mark: string;
}

/** The versions of the sample chart, as Platz knows them. */
export type Charts = Readonly<Record<"first" | "second" | "broken", { id: string; kindId: string }>>;
