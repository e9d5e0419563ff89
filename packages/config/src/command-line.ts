import { Command, CommanderError, Option } from "commander";
import { z } from "zod";
import { ConfigError, loadConfig } from "./load-config.ts";

/**
 * A process as its `--help` shows it: every key of `settings` is an environment variable and a flag. Give defaults by
 * `prefault`, as one would write them; `default` behind a transform has no text to show.
 */
export interface ProcessDescription<Shape extends z.ZodRawShape> {
  /** What one types to start it, such as `platz-api`. */
  readonly name: string;
  readonly summary: string;
  readonly settings: z.ZodObject<Shape>;
}

export type CommandLine<Settings> =
  | { readonly kind: "settings"; readonly settings: Settings }
  | { readonly kind: "help"; readonly text: string };

/**
 * Settings from flags and environment, where a flag wins; or the help text, if that was asked for. Throws a
 * `ConfigError` that names what is wrong and never repeats a value.
 */
export function readCommandLine<Shape extends z.ZodRawShape>(
  description: ProcessDescription<Shape>,
  args: readonly string[],
  env: Record<string, string | undefined>,
): CommandLine<z.output<z.ZodObject<Shape>>> {
  const command = commandOf(description);
  try {
    command.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return { kind: "help", text: command.helpInformation() };
    throw new ConfigError(`${complaint(error)}; see ${description.name} --help`);
  }
  const flags = Object.fromEntries(
    Object.keys(description.settings.shape).map((name) => [name, command.getOptionValue(name)]),
  );
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  return { kind: "settings", settings: loadConfig(description.settings, { ...env, ...given }) };
}

/** `API_PORT` → `--api-port`. */
export function flagOf(setting: string): string {
  return `--${setting.toLowerCase().replaceAll("_", "-")}`;
}

function commandOf<Shape extends z.ZodRawShape>(description: ProcessDescription<Shape>): Command {
  const command = new Command(description.name)
    .description(description.summary)
    .allowExcessArguments(false)
    .helpOption("-h, --help", "Show this list.")
    .configureHelp({ optionDescription: (option) => option.description })
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .exitOverride()
    .addHelpText("after", "\nEach flag wins over its environment variable. Give secrets by environment.");
  for (const { name, meaning, standing } of describedSettings(description.settings)) {
    const option = new Option(`${flagOf(name)} <value>`, `${meaning} (env ${name}; ${standing})`.trim());
    // Kept under the name of the setting itself, so that flags and environment are one record.
    option.attributeName = () => name;
    command.addOption(option);
  }
  return command;
}

/** Name, meaning and default of each setting, as its schema says. */
function describedSettings(schema: z.ZodObject) {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.entries(json.properties ?? {}).map(([name, property]) => {
    const { description = "", default: value } = property as { description?: string; default?: unknown };
    return {
      name,
      meaning: description,
      standing: standingOf(value, json.required?.includes(name) ?? false),
    };
  });
}

function standingOf(value: unknown, isRequired: boolean): string {
  if (value !== undefined) return value === "" ? "empty by default" : `default ${value}`;
  return isRequired ? "required" : "optional";
}

/** In our words: Commander repeats what it does not know, `--flag=value` whole, and the value may be a secret. */
function complaint({ code, message }: CommanderError): string {
  if (code === "commander.excessArguments")
    return "Settings are given as --name value, and something else was given";
  const flag = /--[a-z0-9-]+/.exec(message)?.[0] ?? "A flag";
  return code === "commander.unknownOption" ? `There is no setting ${flag}` : `${flag} needs a value`;
}
