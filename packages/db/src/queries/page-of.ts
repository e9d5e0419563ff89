import type { Page, PageRequest } from "@platz/domain";

interface PageQueries<Row> {
  rows(limit: number, offset: number): PromiseLike<Row[]>;
  total(): PromiseLike<{ readonly n: number }[]>;
}

/** One page of rows and how many there are in all, also past the end. `rows` has to be ordered, with `id` as tie-breaker. */
export async function pageOf<Row>(request: PageRequest, queries: PageQueries<Row>): Promise<Page<Row>> {
  const { page, perPage } = request;
  const items = await queries.rows(perPage, (page - 1) * perPage);
  const [total] = await queries.total();
  return { page, perPage, items, numTotal: total?.n ?? 0 };
}
