/** Marks the panel, so that a key finds it. */
export const ATTRIBUTES = "data-object-attributes";

/** Gives the keyboard to the first field of the selected object. */
export function focusAttributes(): void {
  const fields = `[${ATTRIBUTES}] :is(input, select, button):not(:disabled)`;
  document.querySelector<HTMLElement>(fields)?.focus();
}
