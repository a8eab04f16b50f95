/** What can be done on every page. */
import type { MantineColorScheme } from "@mantine/core";

import type { Role } from "../../api/types";
import { can } from "../data/permissions";
import type { Command } from "./command";

const SECTIONS = ["overview", "data", "labels", "people", "review", "exports"] as const;
type Section = (typeof SECTIONS)[number];

export interface Site {
  /** The project that is open, if any. */
  readonly project: { readonly id: number; readonly role: Role } | null;
  readonly go: (path: string) => void;
  readonly setScheme: (scheme: MantineColorScheme) => void;
}

const needs = { review: "review", exports: "export" } as const;

function section(name: Section): Command<Site> {
  const need = name === "review" || name === "exports" ? needs[name] : null;
  return {
    id: `go.${name}`,
    name: `command.go.${name}`,
    group: "go",
    keys: [],
    available: ({ project }) => project !== null && (need === null || can(project.role, need)),
    run: ({ project, go }) => go(`/p/${project?.id}${name === "overview" ? "" : `/${name}`}`),
  };
}

function scheme(name: MantineColorScheme): Command<Site> {
  return { id: `theme.${name}`, name: `command.theme.${name}`, group: "view", keys: [], run: ({ setScheme }) => setScheme(name) };
}

/** Opening the palette is what `CommandHost` does itself. */
export const PALETTE: Command<Site> = {
  id: "palette",
  name: "command.palette",
  group: "go",
  keys: ["Mod+k"],
  keyOnly: true,
  run: () => {},
};

export const siteCommands: readonly Command<Site>[] = [
  PALETTE,
  { id: "go.projects", name: "command.go.projects", group: "go", keys: [], run: ({ go }) => go("/projects") },
  ...SECTIONS.map(section),
  {
    id: "go.annotate",
    name: "command.go.annotate",
    group: "go",
    keys: [],
    available: ({ project }) => project !== null && can(project.role, "annotate"),
    run: ({ project, go }) => go(`/p/${project?.id}/annotate`),
  },
  { id: "go.me", name: "command.go.me", group: "go", keys: [], run: ({ go }) => go("/me") },
  scheme("light"),
  scheme("dark"),
  scheme("auto"),
];
