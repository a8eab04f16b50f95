/** Sentences of the workspace; merged into the catalogue by `index.ts`. Keys start with "workspace.". */
export const workspaceEn = {} as const;
