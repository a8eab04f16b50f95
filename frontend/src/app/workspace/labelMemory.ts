/** The label last used in each project, for as long as the page lives. */
export const labelMemory = new Map<number, number>();
