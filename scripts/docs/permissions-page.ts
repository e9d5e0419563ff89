import { permissionMatrix, routeMatrix } from "@platz/api";
import { callerRoles, permissions } from "@platz/services";

/** `docs/permissions.md`, as the code has it: who may call what. */
export function permissionsPage(): string {
  return `# Who may do what

Made from the code by \`npm run docs\`; the tests walk every line of it with every kind of caller.

Each procedure of the API demands one permission. Who does not have it is refused, and told so; what is outside the envs
that a caller sees looks as if it did not exist. A procedure that stands in no line here is refused to everybody, and a server with a route that does not will not start.

## Callers

What somebody is, is seen from one object and the env that it is in: a **stranger** belongs to other envs only, a
**member** to this one; **maintainers** and **owners** hold that role for the kind of deployment in this env; an **env
admin** counts as an owner of everything in it, a **site admin** everywhere. A **deployment** speaks with the token that it
finds in its namespace; a **strange** one is of another env. A **needing** one refers to the object in its inputs, or its chart
declares it under \`needs\`, or it is the object itself; a **legacy** one is of a kind from before charts declared that. A **bot**
is one to which nothing is granted, an **owner bot** belongs to the env and owns the kind.

## Permissions

${table(
  ["permission", ...callerRoles],
  Object.entries(permissions).map(([name, { roles }]) => [
    name,
    ...callerRoles.map((role) => ((roles as readonly string[]).includes(role) ? "yes" : "")),
  ]),
)}

${Object.entries(permissions)
  .map(([name, { means }]) => `- **${name}**: ${means}`)
  .join("\n")}

## Procedures

${table(["procedure", "permission"], Object.entries(permissionMatrix).toSorted())}

## Routes beside the procedures

${table(["route", "permission"], Object.entries(routeMatrix).toSorted())}
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
