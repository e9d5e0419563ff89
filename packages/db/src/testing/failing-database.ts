import type { Database, Queryable } from "../open-database.ts";

type Statements = Queryable & Pick<Database, "transaction">;
const statementMethods = new Set<PropertyKey>(["select", "insert", "update", "delete", "execute"]);

/** A database on which a program dies before one of its statements, the first being 1; `count` says how many there were. */
export interface FailingDatabase {
  readonly db: Statements;
  count(): number;
}

/** For tests of "all or nothing": `dieAt` infinite only counts. */
export function failingDatabase(db: Database, dieAt = Number.POSITIVE_INFINITY): FailingDatabase {
  let statements = 0;
  const wrapped = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(real, property) {
        const value = Reflect.get(real, property, real);
        if (typeof value !== "function") return value;
        if (property === "transaction") {
          return (work: (tx: object) => unknown, ...rest: unknown[]) =>
            value.call(real, (tx: object) => work(wrapped(tx)), ...rest);
        }
        if (!statementMethods.has(property)) return value.bind(real);
        return (...args: unknown[]) => {
          statements += 1;
          if (statements === dieAt) throw new Error(`died before statement ${dieAt}`);
          return value.apply(real, args);
        };
      },
    });
  return { db: wrapped(db), count: () => statements };
}
