import { z } from "zod";

const PER_PAGE_MAX = 500;

/** Which page of a list: 1-based, at most 500 rows a page (API spec 5.3, clamped as W-35 asks). */
export const PageRequest = z.object({
  page: z.int32().min(1).default(1),
  perPage: z.int32().min(1).max(PER_PAGE_MAX).default(50),
});
export type PageRequest = z.output<typeof PageRequest>;

/** One page of a list and how many rows there are in all, also past the end. */
export interface Page<Item> {
  readonly page: number;
  readonly perPage: number;
  readonly items: readonly Item[];
  readonly numTotal: number;
}
